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
            if (Environment.GetEnvironmentVariable("CPU") is { } secs)
            {
                using var child = System.Diagnostics.Process.GetProcessById(silo.Id);
                using var self = System.Diagnostics.Process.GetCurrentProcess();
                for (int pass = 0; pass < 3; pass++)
                foreach (string k in names)
                {
                    child.Refresh(); self.Refresh();
                    TimeSpan c0 = child.TotalProcessorTime, s0 = self.TotalProcessorTime;
                    int g0 = GC.CollectionCount(0); long a0 = GC.GetTotalAllocatedBytes();
                    Round r = await Round.MeasureAsync(ops[k], TimeSpan.FromSeconds(double.Parse(secs)));
                    child.Refresh(); self.Refresh();
                    double count = r.Count;
                    Console.WriteLine($"{n} {k} {r.PerSecond:0}/s cpu us/op silo {(child.TotalProcessorTime - c0).TotalMicroseconds / count:0.00} client {(self.TotalProcessorTime - s0).TotalMicroseconds / count:0.00} alloc client {(GC.GetTotalAllocatedBytes() - a0) / count:0} B");
                }
                continue;
            }

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
