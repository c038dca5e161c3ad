using Headroom.Contracts;
using Xunit;

namespace Headroom.Grains.Tests;

/// <summary>What a container's budget wants of its hard limit, and what it makes of the answer.</summary>
public sealed class ResizeTests(BudgetCluster cluster) : IClassFixture<BudgetCluster>
{
    private const long Mebibyte = 1L << 20;
    private const long Own = 100 * Mebibyte;
    private const long Most = 200 * Mebibyte;
    private const string Name = "orders";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    // Whoever brings it about may have forgotten it meanwhile; and until it is told again, nothing is granted from it.
    [Fact]
    public async Task ResizeMax_TakenAwayAndGivenAgain_TheLimitIsWantedAnew()
    {
        string host = $"h{Guid.NewGuid():N}";
        await ConfigureAsync(host, Most);
        await ReadAsync(host, Own);
        Assert.Equal([Own], cluster.Limits.Of(host, Name));

        await ConfigureAsync(host, 0);
        Assert.Null((await cluster.Container(host, Name).GetAsync(Stop)).WantedHardLimitBytes);
        await ConfigureAsync(host, Most);
        await ReadAsync(host, Own);

        Assert.Equal([Own, Own], cluster.Limits.Of(host, Name));
    }

    [Fact]
    public async Task MustSucceed_LimitIsRefused_TheAnswerSaysWhy()
    {
        string host = $"h{Guid.NewGuid():N}";
        await ConfigureAsync(host, Most);
        await ReadAsync(host, Own);
        ISubsystemGrain journal = cluster.Subsystem(host, Name, "journal");
        Task<LeaseAnswer> answer = journal.AcquireAsync(
            new LeaseRequest
            {
                RequestId = Guid.NewGuid(),
                Bytes = 150 * Mebibyte,
                Urgency = (byte)Urgency.MustSucceed,
                Reason = "commit",
                Wait = TimeSpan.FromSeconds(20),
            },
            Stop).AsTask();
        await Until.HoldsAsync(() => Task.FromResult(cluster.Limits.Of(host, Name).Length == 2));
        long wanted = cluster.Limits.Of(host, Name)[1];
        Assert.InRange(wanted, 150 * Mebibyte, Most);

        await cluster.Container(host, Name).ResizedAsync(
            new ResizeResult { LimitBytes = wanted, Refused = "the namespace's quota does not allow it" }, Stop);

        Assert.Contains("quota does not allow it", (await answer).Detail, StringComparison.Ordinal);
    }

    private async Task ConfigureAsync(string host, long most) => await cluster.Host(host).ConfigureContainerAsync(
        Name, new ContainerSettings { OwnLimitBytes = Own, ResizeMaxBytes = most }, Stop);

    private async Task ReadAsync(string host, long limit)
    {
        IContainerBudgetGrain container = cluster.Container(host, Name);
        var reading = new ContainerObservation { WatchNumber = 0, HardLimitBytes = limit, UsageBytes = 0 };
        WatchList list = await container.ObserveAsync(reading, Stop);
        await container.ObserveAsync(reading with { WatchNumber = list.Number }, Stop);
    }
}
