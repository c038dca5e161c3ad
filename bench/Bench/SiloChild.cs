using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;

namespace Headroom.Bench;

/// <summary>A silo in a process of its own, with the very set-up that ships, and one empty grain beside it.</summary>
internal sealed class SiloChild : IAsyncDisposable
{
    private readonly Process _process;
    private readonly DirectoryInfo _store = Directory.CreateTempSubdirectory("headroom-bench-");
    private readonly int _http = FreePort();

    private SiloChild(string host, string[] settings)
    {
        Host = host;
        _process = Process.Start(new ProcessStartInfo(
            Environment.ProcessPath!,
            [
                "--silo", $"--urls=http://127.0.0.1:{_http}", $"--Headroom:Host:Name={host}",
                $"--Headroom:Store:Path={_store.FullName}", $"--Headroom:Cluster:GatewayPort={GatewayPort}",
                $"--Headroom:Cluster:SiloPort={FreePort()}", $"--Headroom:Cluster:MemoryPort={FreePort()}",
                "--Logging:LogLevel:Default=Error", "--Logging:LogLevel:Orleans=Error", .. settings,
            ]))!;
    }

    public string Host { get; }

    public int GatewayPort { get; } = FreePort();

    /// <summary>Starts one and waits until it is ready.</summary>
    public static async Task<SiloChild> StartAsync(string host, params string[] settings)
    {
        var silo = new SiloChild(host, settings);
        try
        {
            await silo.WaitUntilReadyAsync();
            return silo;
        }
        catch
        {
            await silo.DisposeAsync();
            throw;
        }
    }

    /// <summary>A client of Orleans that is connected to it.</summary>
    public async Task<IHost> ConnectAsync()
    {
        HostApplicationBuilder builder = Microsoft.Extensions.Hosting.Host.CreateApplicationBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        builder.UseOrleansClient(client =>
        {
            client.UseStaticClustering(new IPEndPoint(IPAddress.Loopback, GatewayPort));
            client.Configure<ClusterOptions>(cluster => cluster.ServiceId = cluster.ClusterId = "headroom");
        });
        IHost host = builder.Build();
        await host.StartAsync();
        return host;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
        _store.Delete(recursive: true);
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task WaitUntilReadyAsync()
    {
        using var client = new HttpClient();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            if (_process.HasExited)
            {
                throw new InvalidOperationException($"The silo ended with {_process.ExitCode}.");
            }

            try
            {
                if ((await client.GetAsync($"http://127.0.0.1:{_http}/healthz/ready")).IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await timer.WaitForNextTickAsync();
        }
    }
}
