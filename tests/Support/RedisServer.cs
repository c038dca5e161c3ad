namespace Headroom.Support;

/// <summary>A real <c>redis-server</c> on a free port, with what it keeps in a temporary folder.</summary>
public sealed class RedisServer : ISharedStore
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _address;
    private ChildProcess? _server;

    private RedisServer(string address) => _address = address;

    /// <inheritdoc/>
    public string Provider => "Redis";

    /// <inheritdoc/>
    public string ConnectionString => ConnectionStringAt("127.0.0.1", Port);

    /// <inheritdoc/>
    public int Port { get; } = FreePort.Next();

    /// <summary>Starts a server and waits until it takes connections.</summary>
    public static Task<RedisServer> StartAsync() => StartAsync("127.0.0.1");

    /// <summary>Starts a server that listens at other addresses, too.</summary>
    /// <param name="addresses">They, with the loopback address among them, and spaces between.</param>
    public static async Task<RedisServer> StartAsync(string addresses)
    {
        var redis = new RedisServer(addresses);
        await redis.RestartAsync();
        return redis;
    }

    /// <inheritdoc/>
    public string ConnectionStringAt(string address, int port) => $"{address}:{port}";

    /// <inheritdoc/>
    public void Freeze() => PosixKill.Stop(_server!.Id);

    /// <inheritdoc/>
    public void Thaw() => PosixKill.Continue(_server!.Id);

    /// <inheritdoc/>
    public Task KillAsync() => _server!.KillAsync();

    /// <inheritdoc/>
    public async Task RestartAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        // It hands each write to the kernel before it answers: what it acknowledged survives its being killed.
        _server = ChildProcess.StartFile(
            "redis-server",
            [
                "--bind", .. _address.Split(' '), "--port", $"{Port}", "--protected-mode", "no",
                "--dir", _folder.Path, "--appendonly", "yes",
            ]);
        await Listening.UntilAsync(Port, _server);
    }

    /// <summary>Runs one command with the server's own client, and returns what that printed.</summary>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public async Task<string> CommandAsync(params string[] command)
    {
        await using ChildProcess client = ChildProcess.StartFile("redis-cli", ["-p", $"{Port}", .. command]);
        return await client.ExitAsync() == 0
            ? string.Join('\n', client.Output)
            : throw new InvalidOperationException(client.ToString());
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _folder.Dispose();
    }
}
