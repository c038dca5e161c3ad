using Microsoft.Extensions.Logging.Abstractions;
using Spectre.Console;
using StackExchange.Redis;

namespace Headroom.Bench;

/// <summary>Calls to the authority: what they cost a process that has no credit.</summary>
internal static class GrainBench
{
    public static async Task RunAsync(SiloChild silo)
    {
        var options = new HeadroomOptions
        {
            Host = silo.Host,
            Container = "bench",
            Gateway = $"127.0.0.1:{silo.GatewayPort}",
            MaxIdleCreditBytes = 0,

            // A busy machine is no reason to end the bench.
            CallTimeout = TimeSpan.FromSeconds(20),
        };
        var authority = new OrleansAuthority(options, NullLoggerFactory.Instance);
        await using HeadroomClient client = HeadroomClient.Create(options, authority, NullLoggerFactory.Instance);
        client.Start();
        await client.WaitUntilReadyAsync();
        await new DrawBench(authority, client.Subsystem("part"), silo.Host).RunAsync();
        await using RedisServer? server = RedisServer.Start(SiloChild.FreePort());
        if (server is null)
        {
            AnsiConsole.WriteLine("Exchanges beside Redis: skipped, because redis-server is not installed.");
            return;
        }

        await using ConnectionMultiplexer redis = await server.ConnectAsync();
        await new RedisBench(authority, redis).RunAsync();
    }
}
