using System.ComponentModel;
using System.Diagnostics;
using StackExchange.Redis;

namespace Headroom.Bench;

/// <summary>A real Redis of its own, in memory only.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private readonly Process _server;

    private RedisServer(Process server, int port)
    {
        (_server, Port) = (server, port);
        server.OutputDataReceived += (_, _) => { };
        server.BeginOutputReadLine();
    }

    /// <summary>Where it listens, on this machine.</summary>
    public int Port { get; }

    /// <summary>Starts one; null when it is not installed.</summary>
    public static RedisServer? Start(int port)
    {
        try
        {
            return new RedisServer(
                Process.Start(new ProcessStartInfo("redis-server")
                {
                    ArgumentList = { "--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no" },
                    RedirectStandardOutput = true,
                    WorkingDirectory = Path.GetTempPath(),
                })!,
                port);
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    /// <summary>Connects, and waits for it to listen.</summary>
    public async Task<ConnectionMultiplexer> ConnectAsync()
    {
        var options = ConfigurationOptions.Parse($"127.0.0.1:{Port}");
        options.AbortOnConnectFail = false;
        options.ConnectRetry = 10;
        return await ConnectionMultiplexer.ConnectAsync(options);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _server.Kill();
        await _server.WaitForExitAsync();
        _server.Dispose();
    }
}
