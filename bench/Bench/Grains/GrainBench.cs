using Microsoft.Extensions.Logging.Abstractions;
using Spectre.Console;

namespace Headroom.Bench;

internal static class GrainBench
{
    public static async Task RunAsync(SiloChild silo, string[] only)
    {
        var options = new HeadroomOptions
        {
            Host = silo.Host, Container = "bench", Gateway = $"127.0.0.1:{silo.GatewayPort}", MaxIdleCreditBytes = 0,
        };
        var authority = new OrleansAuthority(options, NullLoggerFactory.Instance);
        await using HeadroomClient client = HeadroomClient.Create(options, authority, NullLoggerFactory.Instance);
        client.Start();
        await client.WaitUntilReadyAsync();
        IEmptyGrain empty = authority.Grains.GetGrain<IEmptyGrain>("empty");
        ISubsystem part = client.Subsystem("part");
        foreach (int n in (Environment.GetEnvironmentVariable("N") ?? "64,256").Split(",").Select(int.Parse).ToArray())
        {
            List<DrawingSession> ones = [];
            List<DrawingSession> many = [];
            for (int i = 0; i < n; i++)
            {
                ones.Add(await DrawingSession.OpenAsync(authority, ["part"]));
                many.Add(await DrawingSession.OpenAsync(authority, Enumerable.Range(0, 32).Select(k => $"part-{k}")));
            }

            var ops = new Dictionary<string, IReadOnlyList<Func<Task>>>
            {
                ["empty"] = [.. Enumerable.Repeat(() => empty.CallAsync().AsTask(), n)],
                ["sdk"] = [.. Enumerable.Repeat(async () => (await part.AcquireAsync(65536, Urgency.SafeToFail)).Dispose(), n)],
                ["exchange"] = [.. ones.Select(s => (Func<Task>)s.DrawAsync)],
                ["refill"] = [.. many.Select(s => (Func<Task>)s.DrawAsync)],
            };
            string[] names = only.Length > 0 ? only : [.. ops.Keys];
            Round[] rounds = await Contest.RunAsync([.. names.Select(k => ops[k])]);
            for (int i = 0; i < names.Length; i++)
            {
                Console.WriteLine($"{n} {names[i]} {rounds[i].PerSecond:0} p50 {rounds[i].P50Microseconds:0} ratio {rounds[i].PerSecond / rounds[0].PerSecond:0.00}");
            }

            foreach (DrawingSession s in ones.Concat(many))
            {
                await s.CloseAsync();
            }
        }
    }
}
