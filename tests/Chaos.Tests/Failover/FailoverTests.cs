using System.Diagnostics;
using Headroom.Support;
using Xunit;

namespace Headroom.Chaos.Tests.Failover;

/// <summary>
/// SIGKILL of the silo that holds a budget: who has credit sees nothing of it, and who asks waits for the cluster to
/// find it dead, and little more.
/// </summary>
[Trait("Kind", "Process")]
public sealed class FailoverTests
{
    private const int Hosts = 3;
    private const string Lost = "host-2";
    private const long Bytes = 64L << 10;
    private const long Small = 4L << 10;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    // What a request may wait beyond the detection; and what a machine adds that runs everything else, too.
    private static readonly TimeSpan Beyond = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(10);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Kill_SiloThatHoldsABudget_CreditIsNotDisturbedAndOthersWaitForTheDetection()
    {
        RedisServer store = await RedisServer.StartAsync();
        await using ClusterOfSilos cluster = await ClusterOfSilos.StartAsync(
            store, Hosts, "--Headroom:Host:CapacityBytes=1073741824");
        string gateways = string.Join(',', cluster.Silos.Select(silo => silo.Gateway));
        await using HeadroomClient rich = await ConnectAsync(gateways, "rich", idle: 64L << 20);
        await using HeadroomClient poor = await ConnectAsync(gateways, "poor", idle: 0);
        ISubsystem asking = poor.Subsystem("s");
        await UntilSteadyAsync(rich);
        (await asking.AcquireMustSucceedAsync(Bytes, "before", Stop)).Dispose();

        using var end = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        Task<int> missed = MissedAsync(rich, end.Token);
        long killed = Stopwatch.GetTimestamp();
        await cluster[Lost].KillAsync();
        Task<TimeSpan> detection = DetectedAsync(store, killed);

        // Asked when nobody knows yet; and until one is answered by the successor.
        using (await asking.AcquireMustSucceedAsync(Bytes, "after", Stop).AsTask().WaitAsync(Limit, Stop))
        {
            TimeSpan waited = Stopwatch.GetElapsedTime(killed);
            TimeSpan detected = await detection;
            await end.CancelAsync();
            TestContext.Current.TestOutputHelper!.WriteLine(
                $"detected dead after {detected.TotalSeconds:0.00} s, of three probes of 1 s each; "
                + $"the first request was met {waited.TotalSeconds:0.00} s after the kill, "
                + $"{(waited - detected).TotalSeconds:0.00} s after that; {await missed} missed of credit");
            Assert.Equal(0, await missed);
            Assert.True(waited <= detected + Beyond + Slack, $"{waited} after the kill; detected after {detected}.");
        }
    }

    // Leases from credit, until the end: how many there were not.
    private static async Task<int> MissedAsync(HeadroomClient rich, CancellationToken end)
    {
        int missed = 0;
        ISubsystem credit = rich.Subsystem("s");
        using var timer = new PeriodicTimer(Pause);
        while (!end.IsCancellationRequested)
        {
            if (!credit.TryAcquire(Small, Urgency.SafeToFail, out MemoryLease lease) && missed++ == 0)
            {
                TestContext.Current.TestOutputHelper!.WriteLine($"no credit: {rich.GetStatus()}");
            }

            lease.Dispose();
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }

        return missed;
    }

    // The table of members says it: that is what every silo goes by.
    private static async Task<TimeSpan> DetectedAsync(RedisServer store, long since)
    {
        TimeSpan after = TimeSpan.Zero;
        await Api.UntilAsync(
            async () =>
            {
                string rows = await store.CommandAsync("HGETALL", "headroom/members/headroom");
                after = Stopwatch.GetElapsedTime(since);
                return rows.Split('\n').Any(row =>
                    row.Contains($"\"SiloName\":\"{Lost}\"", StringComparison.Ordinal)
                    && row.Contains("\"Status\":6", StringComparison.Ordinal));
            },
            Limit,
            "a silo declared dead",
            () => store.CommandAsync("HGETALL", "headroom/members/headroom"));
        return after;
    }

    private static Task<HeadroomClient> ConnectAsync(string gateways, string container, long idle) =>
        HeadroomClient.ConnectAsync(
            new HeadroomOptions
            {
                Gateway = gateways,
                Host = Lost,
                Container = container,
                MaxIdleCreditBytes = idle,
            },
            cancellationToken: Stop);

    // Credit grows with its use: until a second of it never lacked any.
    private static Task UntilSteadyAsync(HeadroomClient rich) => Api.UntilAsync(
        async () =>
        {
            using var second = new CancellationTokenSource(TimeSpan.FromSeconds(1));
            return await MissedAsync(rich, second.Token) == 0;
        },
        Limit,
        "credit for a second",
        () => Task.FromResult("less"));
}
