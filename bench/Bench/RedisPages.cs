using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using StackExchange.Redis;

namespace Headroom.Bench;

/// <summary>A real Redis of its own, with values of one size to be read at random.</summary>
internal sealed class RedisPages : IAsyncDisposable
{
    private const int Pages = 16_384;

    private readonly Process _server;
    private readonly ConnectionMultiplexer _connection;
    private readonly IDatabase _database;
    private readonly RedisKey[] _keys =
        [.. Enumerable.Range(0, Pages).Select(page => (RedisKey)page.ToString(CultureInfo.InvariantCulture))];

    private RedisPages(Process server, ConnectionMultiplexer connection)
    {
        (_server, _connection) = (server, connection);
        _database = connection.GetDatabase();
    }

    /// <summary>Starts and fills it; null when it is not installed.</summary>
    public static async Task<RedisPages?> StartAsync(int port, int bytes)
    {
        Process server;
        try
        {
            server = Process.Start(new ProcessStartInfo("redis-server")
            {
                ArgumentList = { "--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no" },
                RedirectStandardOutput = true,
                WorkingDirectory = Path.GetTempPath(),
            })!;
        }
        catch (Win32Exception)
        {
            return null;
        }

        try
        {
            var options = ConfigurationOptions.Parse($"127.0.0.1:{port}");
            options.AbortOnConnectFail = false;
            options.ConnectRetry = 10;
            server.OutputDataReceived += (_, _) => { };
            server.BeginOutputReadLine();
            var pages = new RedisPages(server, await ConnectionMultiplexer.ConnectAsync(options));
            byte[] value = new byte[bytes];
            await Task.WhenAll(pages._keys.Select(key => pages._database.StringSetAsync(key, value)));
            return pages;
        }
        catch
        {
            server.Kill();
            server.Dispose();
            throw;
        }
    }

    /// <summary>Reads one of the values.</summary>
    public async Task GetAsync()
    {
        byte[]? value = await _database.StringGetAsync(_keys[Random.Shared.Next(Pages)]);
        if (value is null)
        {
            throw new InvalidOperationException("The value must be there.");
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        _server.Kill();
        await _server.WaitForExitAsync();
        _server.Dispose();
    }
}
