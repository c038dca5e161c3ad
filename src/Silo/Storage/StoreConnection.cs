using Headroom.Silo.Hosting;
using StackExchange.Redis;

namespace Headroom.Silo.Storage;

/// <summary>The one connection of this process to its store, made at the first use and shared from then on.</summary>
/// <param name="options">Where to connect, asked when the connection is made.</param>
internal sealed class StoreConnection(Func<ConfigurationOptions> options) : IStoreProbe, IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private ConnectionMultiplexer? _connection;

    /// <summary>The connection. A failed attempt is not remembered: the next call tries again.</summary>
    /// <exception cref="RedisConnectionException">The store cannot be reached.</exception>
    public async Task<IConnectionMultiplexer> GetAsync()
    {
        if (Volatile.Read(ref _connection) is { } made)
        {
            return made;
        }

        await _gate.WaitAsync();
        try
        {
            return _connection ??= await ConnectionMultiplexer.ConnectAsync(options());
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>
    /// Where a grain's state is kept: what the provider itself would choose, so that records of earlier versions are
    /// found.
    /// </summary>
    public static RedisKey Key(string stateName, GrainId grainId) =>
        $"{ClusterHosting.ServiceId}/state/{grainId}/{stateName}";

    /// <summary>Whether there is anything where a grain's state is kept.</summary>
    public async Task<bool> ExistsAsync(string stateName, GrainId grainId) =>
        await (await GetAsync()).GetDatabase().KeyExistsAsync(Key(stateName, grainId));

    /// <inheritdoc/>
    public async Task<bool> AnswersAsync()
    {
        try
        {
            IConnectionMultiplexer connection = await GetAsync();
            await connection.GetDatabase().PingAsync();
            return true;
        }
        catch (Exception error) when (error is RedisException or TimeoutException or ObjectDisposedException)
        {
            // The answer is "no". Why is in the log of whoever needed the store for more than this question.
            return false;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _connection, null) is { } connection)
        {
            await connection.DisposeAsync();
        }

        _gate.Dispose();
    }
}
