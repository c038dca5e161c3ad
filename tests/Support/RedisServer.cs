namespace Headroom.Support;

/// <summary>A real <c>redis-server</c> on a free port, with what it keeps in a temporary folder.</summary>
public sealed class RedisServer : ISharedStore
{
    private readonly TemporaryFolder _folder = new();
    private readonly int _port = FreePort.Next();
    private ChildProcess? _server;

    /// <inheritdoc/>
    public string Provider => "Redis";

    /// <inheritdoc/>
    public string ConnectionString => $"127.0.0.1:{_port}";

    /// <summary>Starts a server and waits until it takes connections.</summary>
    public static async Task<RedisServer> StartAsync()
    {
        var redis = new RedisServer();
        redis._server = ChildProcess.StartFile(
            "redis-server",
            ["--bind", "127.0.0.1", "--port", $"{redis._port}", "--dir", redis._folder.Path, "--appendonly", "yes"]);
        await Listening.UntilAsync(redis._port, redis._server);
        return redis;
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
