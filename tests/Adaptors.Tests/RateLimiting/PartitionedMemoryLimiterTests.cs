using System.Threading.RateLimiting;
using Headroom.RateLimiting;
using Xunit;

namespace Headroom.Adaptors.Tests.RateLimiting;

/// <summary>A limiter that learns of each resource what it needs, on a real silo.</summary>
[Trait("Kind", "Process")]
public sealed class PartitionedMemoryLimiterTests(SharedSilo silo)
{
    private const long Mebibyte = 1L << 20;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AcquireAsync_EachResourceItsOwnSize_LeasesThatMuch()
    {
        LimitedContainer container = await silo.LimitAsync(10 * Mebibyte);
        await using HeadroomClient budget = await container.ConnectAsync();
        ISubsystem subsystem = budget.Subsystem("jobs");
        await using PartitionedRateLimiter<int> limiter = PartitionedMemoryLimiter.Create<int>(
            mebibytes => new MemoryClaim(subsystem, mebibytes * Mebibyte, Urgency.Optional));

        using RateLimitLease three = await limiter.AcquireAsync(3, 1, Stop);
        using RateLimitLease four = await limiter.AcquireAsync(2, 2, Stop);
        using RateLimitLease refused = await limiter.AcquireAsync(4, 1, Stop);

        Assert.Equal(3 * Mebibyte, BytesOf(three));
        Assert.Equal(4 * Mebibyte, BytesOf(four));
        Assert.False(refused.IsAcquired);
        RateLimiterStatistics statistics = limiter.GetStatistics(1)!;
        Assert.Equal(2, statistics.TotalSuccessfulLeases);
        Assert.Equal(1, statistics.TotalFailedLeases);
    }

    [Fact]
    public async Task Acquire_NothingIsNeeded_IsAcquiredWithoutMemory()
    {
        await using PartitionedRateLimiter<int> limiter = PartitionedMemoryLimiter.Create<int>(_ => MemoryClaim.None);

        using RateLimitLease attempted = limiter.AttemptAcquire(0);
        using RateLimitLease awaited = await limiter.AcquireAsync(0, 5, Stop);

        Assert.True(attempted.IsAcquired);
        Assert.True(awaited.IsAcquired);
        Assert.Null(limiter.GetStatistics(0));
    }

    [Fact]
    public async Task AcquireAsync_OthersWaitAtAnotherUrgency_CountsThemApart()
    {
        LimitedContainer container = await silo.LimitAsync(Mebibyte);
        await using HeadroomClient budget = await container.ConnectAsync();
        ISubsystem subsystem = budget.Subsystem("jobs");
        PartitionedRateLimiter<Urgency> limiter = PartitionedMemoryLimiter.Create<Urgency>(
            urgency => new MemoryClaim(subsystem, Mebibyte, urgency), maxWaiting: 1);
        RateLimitLease held = await limiter.AcquireAsync(Urgency.SafeToFail, 1, Stop);
        Task<RateLimitLease> waiting = limiter.AcquireAsync(Urgency.SafeToFail, 1, Stop).AsTask();
        await SiloApi.UntilAsync(
            () => limiter.GetStatistics(Urgency.SafeToFail)!.CurrentQueuedCount == 1, "one that waits");

        using RateLimitLease full = await limiter.AcquireAsync(Urgency.SafeToFail, 1, Stop);
        using RateLimitLease refused = await limiter.AcquireAsync(Urgency.Optional, 1, Stop);

        Assert.False(full.TryGetMetadata(MemoryLimiterMetadata.RefusedBy, out _));
        Assert.True(refused.TryGetMetadata(MemoryLimiterMetadata.RefusedBy, out _));
        Assert.Equal(1, limiter.GetStatistics(Urgency.Optional)!.TotalFailedLeases);
        await limiter.DisposeAsync();
        Assert.False((await waiting).IsAcquired);
        held.Dispose();
        Assert.Throws<ObjectDisposedException>(() => limiter.AttemptAcquire(Urgency.Optional));
        await container.Api.AssertNothingLeasedAsync();
    }

    [Fact]
    public async Task Claim_OutOfItsRange_Throws()
    {
        LimitedContainer container = await silo.LimitAsync(Mebibyte);
        await using HeadroomClient budget = await container.ConnectAsync();
        ISubsystem subsystem = budget.Subsystem("jobs");

        Assert.Throws<ArgumentOutOfRangeException>(() => new MemoryClaim(subsystem, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MemoryClaim(subsystem, 1, (Urgency)4));
        Assert.Throws<ArgumentException>(() => new MemoryClaim(subsystem, 1, Urgency.MustSucceed));
        Assert.Throws<ArgumentNullException>(() => new MemoryClaim(null!, 1));
    }

    private static long BytesOf(RateLimitLease lease)
    {
        Assert.True(lease.TryGetMetadata(MemoryLimiterMetadata.Lease, out MemoryLease memory));
        return memory.Bytes;
    }
}
