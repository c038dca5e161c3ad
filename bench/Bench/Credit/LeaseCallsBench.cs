using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using Spectre.Console;

namespace Headroom.Bench.Credit;

/// <summary>How many leases one call to the authority serves, in a process that does nothing else but lease.</summary>
internal static class LeaseCallsBench
{
    private const int Subsystems = 16;
    private const long LeaseBytes = 64 << 10;

    private static readonly TimeSpan LongestHold = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(10);

    public static async Task RunAsync(SiloChild silo)
    {
        await using HeadroomClient client = await HeadroomClient.ConnectAsync(new HeadroomOptions
        {
            Host = silo.Host,
            Container = "calls",
            Gateway = $"127.0.0.1:{silo.GatewayPort}",
        });
        long calls = 0;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, on) =>
        {
            if (instrument.Name is "headroom.client.exchange.duration" or "headroom.client.request.duration")
            {
                on.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<double>((_, _, _, _) => Interlocked.Increment(ref calls));
        listener.Start();

        Task<long>[] workers =
        [
            .. Enumerable.Range(0, Environment.ProcessorCount).Select(seed => Task.Factory.StartNew(
                () => WorkAsync(client, seed), TaskCreationOptions.LongRunning).Unwrap()),
        ];
        long leases = (await Task.WhenAll(workers)).Sum();

        AnsiConsole.Write(new Table()
            .Title("64 KiB leases over 16 subsystems, each held for up to 2 ms by chance")
            .AddColumns("leases", "calls to the authority", "leases a call", "must reach", "aim")
            .AddRow(Text(leases), Text(calls), Text(leases / Math.Max(1, calls)), "500", "5000"));
    }

    private static async Task<long> WorkAsync(HeadroomClient client, int seed)
    {
        ISubsystem[] subsystems =
            [.. Enumerable.Range(0, Subsystems).Select(at => client.Subsystem($"part-{at}"))];
        var chance = new Random(seed);
        var held = new PriorityQueue<MemoryLease, long>();
        long leases = 0;
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < Duration)
        {
            ISubsystem subsystem = subsystems[chance.Next(Subsystems)];
            MemoryLease lease = await subsystem.AcquireAsync(LeaseBytes, Urgency.SafeToFail);
            leases++;
            long now = Stopwatch.GetTimestamp();
            held.Enqueue(lease, now + (long)(chance.NextDouble() * LongestHold.TotalSeconds * Stopwatch.Frequency));
            while (held.TryPeek(out MemoryLease first, out long until) && until <= now)
            {
                held.Dequeue();
                first.Dispose();
            }
        }

        foreach ((MemoryLease lease, _) in held.UnorderedItems)
        {
            lease.Dispose();
        }

        return leases;
    }

    private static string Text(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
