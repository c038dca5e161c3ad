using System.Globalization;
using Headroom.Contracts;
using Headroom.Support;
using Xunit;

namespace Headroom.Chaos.Tests.Ladder;

/// <summary>
/// Many clients on three hosts, all urgencies, reclaim handlers that acquire: nobody waits while memory for it is free.
/// In the suite a short one; <c>./test hunt</c> is the long one.
/// </summary>
[Trait("Kind", "Process")]
public sealed class DeadlockHuntTests
{
    private const long Mebibyte = 1L << 20;

    // A machine that runs everything at once is late by itself; a deadlock waits for ever.
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(10);

    private static readonly int Clients = Setting("HEADROOM_HUNT_CLIENTS", 30);
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(Setting("HEADROOM_HUNT_SECONDS", 15));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AllUrgencies_HandlersThatAcquire_NobodyWaitsWhileMemoryIsFree()
    {
        // So that what is wanted is some times what there is, whatever the number of clients.
        long capacity = Math.Max(16, Clients) * Mebibyte / 2;
        await using ClusterOfSilos cluster = await ClusterOfSilos.StartAsync(
            await RedisServer.StartAsync(),
            hosts: 3,
            $"--Headroom:Host:CapacityBytes={capacity}",
            $"--Headroom:Host:ReserveBytes={capacity / 4}",
            $"--Headroom:Host:PledgedBytes={capacity / 8}");
        await using GrainClient grains = await GrainClient.ConnectAsync(cluster.Silos[0]);
        var hunters = new List<Hunter>();
        try
        {
            for (int i = 0; i < Clients; i++)
            {
                string host = $"host-{1 + (i % 3)}";
                hunters.Add(await Hunter.ConnectAsync(cluster[host], host, $"c{i % 2}", i));
            }

            await HuntAsync(hunters, grains);
        }
        finally
        {
            await Task.WhenAll(hunters.Select(hunter => hunter.DisposeAsync().AsTask()));
        }

        var api = new Api(cluster.Silos[0], "host-1");
        await api.AssertAuditAsync();
        foreach (int number in (int[])[1, 2, 3])
        {
            await new Api(cluster.Silos[0], $"host-{number}").AssertAllFreeAsync(TimeSpan.FromSeconds(40));
        }
    }

    private static async Task HuntAsync(List<Hunter> hunters, GrainClient grains)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        stop.CancelAfter(Duration);
        Task[] runs = [.. hunters.Select(hunter => Task.Run(() => hunter.RunAsync(stop.Token)))];
        await WatchAsync(hunters, grains, stop.Token);

        // What was asked when time was up is still answered: nothing waits for ever.
        Task all = Task.WhenAll(runs);
        await all.WaitAsync(TimeSpan.FromSeconds(60), Stop);
        string seen = $"{hunters.Sum(hunter => hunter.Granted)} granted, {hunters.Sum(hunter => hunter.Refused)} "
            + $"refused, {hunters.Sum(hunter => hunter.Reclaims)} handlers called, "
            + $"latest {hunters.Max(hunter => hunter.Latest)} after its deadline";
        TestContext.Current.TestOutputHelper?.WriteLine(seen);
        Assert.True(hunters.Sum(hunter => hunter.Granted) > Clients, seen);
        Assert.True(hunters.Sum(hunter => hunter.Reclaims) > 0, seen);
        Assert.True(hunters.Max(hunter => hunter.Latest) < Slack, seen);
    }

    private static async Task WatchAsync(List<Hunter> hunters, GrainClient grains, CancellationToken stop)
    {
        var free = new Dictionary<(Hunter, int), int>();
        using var ticks = new PeriodicTimer(TimeSpan.FromSeconds(1));
        try
        {
            while (await ticks.WaitForNextTickAsync(stop))
            {
                foreach (Hunter hunter in hunters)
                {
                    foreach ((int id, (long bytes, long since)) in hunter.Waiting)
                    {
                        if (TimeProvider.System.GetElapsedTime(since) < Slack)
                        {
                            continue;
                        }

                        // Once may be the moment before it is granted; again and again is a request that was forgotten.
                        LeaseAnswer now = await grains.Grains
                            .GetGrain<ISubsystemGrain>($"{hunter.Host}/{hunter.Container}/hunts")
                            .ExplainAsync(bytes, (byte)Urgency.MustSucceed, stop);
                        bool isFree = now.Outcome == (byte)Outcome.Granted;
                        int times = isFree ? free.GetValueOrDefault((hunter, id)) + 1 : 0;
                        free[(hunter, id)] = times;
                        Assert.True(
                            times < 5 || !hunter.Waiting.ContainsKey(id),
                            $"{bytes} bytes wait for {TimeProvider.System.GetElapsedTime(since)} in {hunter.Host}/"
                                + $"{hunter.Container}, and would be granted from {(Rung)now.Rung}");
                    }
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            Stop.ThrowIfCancellationRequested();
        }
    }

    private static int Setting(string name, int usual) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text
            ? int.Parse(text, CultureInfo.InvariantCulture)
            : usual;
}
