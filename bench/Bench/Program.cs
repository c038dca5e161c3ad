using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Headroom.Bench;
using Headroom.Silo.Budgets;
using Headroom.Silo.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Spectre.Console;

// Without arguments: all benchmarks; "remote": those of remote memory. As a child: the silo, with the very set-up that
// ships, and one empty grain beside it; or a lender.
const string HostName = "bench";
if (args is ["--silo", .. string[] settings])
{
    return await SiloProcess.RunAsync(
        settings, add: (builder, silo) => builder.Services.AddBudgets(silo), map: _ => { }, errors: Console.Error);
}

if (args is ["--lender", .. string[] lender])
{
    return await RemoteChild.RunAsync(lender);
}

// A table is wider than what a pipe claims to be.
AnsiConsole.Profile.Width = Math.Max(AnsiConsole.Profile.Width, 160);
if (args is ["remote"])
{
    await RemoteBench.RunAsync(FreePort);
    return 0;
}

LedgerBench.Run();
await RemoteBench.RunAsync(FreePort);
DirectoryInfo store = Directory.CreateTempSubdirectory("headroom-bench-");
int gateway = FreePort();
int http = FreePort();
using Process child = Process.Start(new ProcessStartInfo(Environment.ProcessPath!)
{
    ArgumentList =
    {
        "--silo", $"--urls=http://127.0.0.1:{http}", $"--Headroom:Host:Name={HostName}",
            $"--Headroom:Store:Path={store.FullName}",
        $"--Headroom:Cluster:GatewayPort={gateway}", $"--Headroom:Cluster:SiloPort={FreePort()}",
            $"--Headroom:Cluster:MemoryPort={FreePort()}", "--Logging:LogLevel:Default=Error",
    },
})!;
try
{
    await WaitUntilReadyAsync(http, child);
    HostApplicationBuilder builder = Host.CreateApplicationBuilder();
    builder.Logging.SetMinimumLevel(LogLevel.Error);
    builder.UseOrleansClient(client =>
    {
        client.UseStaticClustering(new IPEndPoint(IPAddress.Loopback, gateway));
        client.Configure<ClusterOptions>(cluster => cluster.ServiceId = cluster.ClusterId = "headroom");
    });
    using IHost host = builder.Build();
    await host.StartAsync();
    await new GrainBench(host.Services.GetRequiredService<IGrainFactory>(), HostName).RunAsync();
    await host.StopAsync();
    return 0;
}
finally
{
    child.Kill();
    await child.WaitForExitAsync();
    store.Delete(recursive: true);
}

static int FreePort()
{
    using var listener = new TcpListener(IPAddress.Loopback, 0);
    listener.Start();
    return ((IPEndPoint)listener.LocalEndpoint).Port;
}

static async Task WaitUntilReadyAsync(int port, Process child)
{
    using var client = new HttpClient();
    using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
    while (true)
    {
        if (child.HasExited)
        {
            throw new InvalidOperationException($"The silo ended with {child.ExitCode}.");
        }

        try
        {
            if ((await client.GetAsync($"http://127.0.0.1:{port}/healthz/ready")).IsSuccessStatusCode)
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
