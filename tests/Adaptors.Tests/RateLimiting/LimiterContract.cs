using System.Threading.RateLimiting;
using Xunit;

namespace Headroom.Adaptors.Tests.RateLimiting;

/// <summary>
/// What whoever holds a <see cref="RateLimiter"/> counts on, whichever it is. Each test has a limiter of its own, with
/// so many permits to be had and no more.
/// </summary>
public abstract class LimiterContract
{
    // Longer than anything here takes on a busy machine.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Makes a limiter.</summary>
    /// <param name="permits">How many permits there are.</param>
    /// <param name="waiting">How many permits may be waited for, one by each caller.</param>
    protected abstract Task<RateLimiter> LimiterAsync(int permits, int waiting = 10);

    [Fact]
    public async Task AttemptAcquire_UntilNoneIsLeft_FailsThenAndWorksAgainAfterDispose()
    {
        await using RateLimiter limiter = await LimiterAsync(2);
        RateLimitLease first = await AvailableAsync(limiter, 1);
        using RateLimitLease second = await AvailableAsync(limiter, 1);
        Assert.False(limiter.AttemptAcquire().IsAcquired);

        first.Dispose();

        using RateLimitLease third = await AvailableAsync(limiter, 1);
        Assert.False(limiter.AttemptAcquire().IsAcquired);
    }

    [Fact]
    public async Task AttemptAcquire_SeveralPermits_TakesThemTogetherOrNone()
    {
        await using RateLimiter limiter = await LimiterAsync(3);
        using RateLimitLease two = await AvailableAsync(limiter, 2);

        Assert.False(limiter.AttemptAcquire(2).IsAcquired);
        using RateLimitLease one = await AvailableAsync(limiter, 1);
        Assert.True(one.IsAcquired);
    }

    [Fact]
    public async Task AcquireAsync_NoneIsLeft_WaitsUntilOneIsGivenBack()
    {
        await using RateLimiter limiter = await LimiterAsync(1);
        RateLimitLease held = await limiter.AcquireAsync(1, Stop);
        Assert.True(held.IsAcquired);
        Task<RateLimitLease> waiting = limiter.AcquireAsync(1, Stop).AsTask();
        await WaitingAsync(limiter, 1);
        Assert.False(waiting.IsCompleted);

        held.Dispose();

        using RateLimitLease next = await waiting.WaitAsync(Patience, Stop);
        Assert.True(next.IsAcquired);
        Assert.False(limiter.AttemptAcquire().IsAcquired);
    }

    [Fact]
    public async Task AcquireAsync_SeveralWait_AllAreServedInTheEnd()
    {
        await using RateLimiter limiter = await LimiterAsync(2);
        RateLimitLease held = await limiter.AcquireAsync(2, Stop);
        Task<RateLimitLease>[] waiting =
            [.. Enumerable.Range(0, 6).Select(_ => limiter.AcquireAsync(1, Stop).AsTask())];
        await WaitingAsync(limiter, 6);

        held.Dispose();

        await foreach (Task<RateLimitLease> served in Task.WhenEach(waiting).WithCancellation(Stop))
        {
            RateLimitLease lease = await served;
            Assert.True(lease.IsAcquired);
            lease.Dispose();
        }

        using RateLimitLease all = await AvailableAsync(limiter, 2);
    }

    [Fact]
    public async Task AcquireZero_PermitsAreThere_IsAcquiredAndTakesNone()
    {
        await using RateLimiter limiter = await LimiterAsync(1);

        using RateLimitLease probe = await AvailableAsync(limiter, 0);
        using RateLimitLease awaited = await limiter.AcquireAsync(0, Stop);
        Assert.True(awaited.IsAcquired);

        using RateLimitLease one = await AvailableAsync(limiter, 1);
        Assert.True(one.IsAcquired);
    }

    [Fact]
    public async Task AcquireZero_NoneIsLeft_FailsOrWaits()
    {
        await using RateLimiter limiter = await LimiterAsync(1);
        RateLimitLease held = await AvailableAsync(limiter, 1);
        Assert.False(limiter.AttemptAcquire(0).IsAcquired);
        Task<RateLimitLease> waiting = limiter.AcquireAsync(0, Stop).AsTask();
        Assert.False(waiting.IsCompleted);

        held.Dispose();

        Assert.True((await waiting.WaitAsync(Patience, Stop)).IsAcquired);
        using RateLimitLease one = await AvailableAsync(limiter, 1);
    }

    [Fact]
    public async Task Acquire_LessThanZero_IsAnArgumentError()
    {
        await using RateLimiter limiter = await LimiterAsync(1);

        Assert.Throws<ArgumentOutOfRangeException>(() => limiter.AttemptAcquire(-1));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => limiter.AcquireAsync(-1, Stop).AsTask());
    }

    [Fact]
    public async Task AcquireAsync_MoreThanCanEverBe_IsAnArgumentErrorThatNamesThePermits()
    {
        await using RateLimiter limiter = await LimiterAsync(1);

        ArgumentOutOfRangeException error = await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            async () => await limiter.AcquireAsync(int.MaxValue, Stop));

        Assert.Equal("permitCount", error.ParamName);
        Assert.Equal(int.MaxValue, error.ActualValue);
        using RateLimitLease one = await AvailableAsync(limiter, 1);
    }

    [Fact]
    public async Task AcquireAsync_CancelledBefore_ThrowsAndTakesNothing()
    {
        await using RateLimiter limiter = await LimiterAsync(1);
        var cancelled = new CancellationToken(canceled: true);

        TaskCanceledException error = await Assert.ThrowsAsync<TaskCanceledException>(
            () => limiter.AcquireAsync(1, cancelled).AsTask());

        Assert.Equal(cancelled, error.CancellationToken);
        using RateLimitLease one = await AvailableAsync(limiter, 1);
    }

    [Fact]
    public async Task AcquireAsync_CancelledWhileWaiting_ThrowsAndLeavesTheQueue()
    {
        await using RateLimiter limiter = await LimiterAsync(1, waiting: 1);
        RateLimitLease held = await limiter.AcquireAsync(1, Stop);
        using var giveUp = new CancellationTokenSource();
        Task<RateLimitLease> waiting = limiter.AcquireAsync(1, giveUp.Token).AsTask();
        await WaitingAsync(limiter, 1);

        await giveUp.CancelAsync();

        TaskCanceledException error = await Assert.ThrowsAsync<TaskCanceledException>(
            () => waiting.WaitAsync(Patience, Stop));
        Assert.Equal(giveUp.Token, error.CancellationToken);
        await WaitingAsync(limiter, 0);
        Task<RateLimitLease> another = limiter.AcquireAsync(1, Stop).AsTask();
        Assert.False(another.IsCompleted);
        held.Dispose();
        using RateLimitLease lease = await another.WaitAsync(Patience, Stop);
        Assert.True(lease.IsAcquired);
    }

    [Fact]
    public async Task AcquireAsync_AsManyWaitAsMay_FailsAtOnceAndSaysWhy()
    {
        await using RateLimiter limiter = await LimiterAsync(1, waiting: 1);
        RateLimitLease held = await limiter.AcquireAsync(1, Stop);
        Task<RateLimitLease> waiting = limiter.AcquireAsync(1, Stop).AsTask();
        await WaitingAsync(limiter, 1);

        using RateLimitLease failed = await limiter.AcquireAsync(1, Stop);

        Assert.False(failed.IsAcquired);
        Assert.True(failed.TryGetMetadata(MetadataName.ReasonPhrase, out string? reason));
        Assert.NotEmpty(reason!);
        held.Dispose();
        using RateLimitLease lease = await waiting.WaitAsync(Patience, Stop);
        Assert.True(lease.IsAcquired);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Dispose_WhileSomeWait_FailsThemAndLaterCallersButNotWhoHolds(bool async)
    {
        RateLimiter limiter = await LimiterAsync(1);
        RateLimitLease held = await limiter.AcquireAsync(1, Stop);
        Task<RateLimitLease>[] waiting =
            [.. Enumerable.Range(0, 3).Select(_ => limiter.AcquireAsync(1, Stop).AsTask())];
        await WaitingAsync(limiter, 3);

        if (async)
        {
            await limiter.DisposeAsync();
        }
        else
        {
            limiter.Dispose();
        }

        Assert.All(await Task.WhenAll(waiting).WaitAsync(Patience, Stop), lease => Assert.False(lease.IsAcquired));
        Assert.True(held.IsAcquired);
        held.Dispose();
        Assert.Throws<ObjectDisposedException>(() => limiter.AttemptAcquire());
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await limiter.AcquireAsync(1, Stop));
        limiter.Dispose();
        await limiter.DisposeAsync();
    }

    [Fact]
    public async Task LeaseDispose_Twice_GivesBackOnce()
    {
        await using RateLimiter limiter = await LimiterAsync(2);
        RateLimitLease first = await limiter.AcquireAsync(1, Stop);
        using RateLimitLease second = await limiter.AcquireAsync(1, Stop);

        first.Dispose();
        first.Dispose();

        using RateLimitLease third = await AvailableAsync(limiter, 1);
        Assert.False(limiter.AttemptAcquire().IsAcquired);
    }

    [Fact]
    public async Task Metadata_OfALease_HasNoReasonWhenAcquiredAndNamesAllThereIs()
    {
        await using RateLimiter limiter = await LimiterAsync(1);
        using RateLimitLease held = await AvailableAsync(limiter, 1);
        using RateLimitLease failed = limiter.AttemptAcquire();

        Assert.False(held.TryGetMetadata(MetadataName.ReasonPhrase, out _));
        Assert.False(held.TryGetMetadata(MetadataName.RetryAfter, out _));
        foreach (RateLimitLease lease in (RateLimitLease[])[held, failed])
        {
            Assert.False(lease.TryGetMetadata("no such name", out object? none));
            Assert.Null(none);
            Assert.All(
                lease.GetAllMetadata(),
                metadata => Assert.Contains(metadata.Key, lease.MetadataNames));
        }
    }

    [Fact]
    public async Task GetStatistics_CountsWhatHappened()
    {
        await using RateLimiter limiter = await LimiterAsync(3);
        (await AvailableAsync(limiter, 3)).Dispose();
        RateLimiterStatistics before = limiter.GetStatistics()!;
        Assert.Equal(3, before.CurrentAvailablePermits);
        Assert.Equal(0, before.CurrentQueuedCount);

        RateLimitLease two = limiter.AttemptAcquire(2);
        Assert.True(two.IsAcquired);
        Assert.Equal(1, limiter.GetStatistics()!.CurrentAvailablePermits);
        Assert.False(limiter.AttemptAcquire(2).IsAcquired);
        Task<RateLimitLease> waiting = limiter.AcquireAsync(2, Stop).AsTask();
        await WaitingAsync(limiter, 2);
        RateLimiterStatistics during = limiter.GetStatistics()!;
        two.Dispose();
        using RateLimitLease later = await waiting.WaitAsync(Patience, Stop);
        RateLimiterStatistics after = limiter.GetStatistics()!;

        Assert.Equal(2, during.CurrentQueuedCount);
        Assert.Equal(1, during.TotalSuccessfulLeases - before.TotalSuccessfulLeases);
        Assert.Equal(1, during.TotalFailedLeases - before.TotalFailedLeases);
        Assert.Equal(0, after.CurrentQueuedCount);
        Assert.Equal(2, after.TotalSuccessfulLeases - before.TotalSuccessfulLeases);
        Assert.Equal(1, after.TotalFailedLeases - before.TotalFailedLeases);
        Assert.Equal(3, before.CurrentAvailablePermits);
    }

    [Fact]
    public async Task IdleDuration_WhileOneIsHeld_IsNullAndGrowsAfterwards()
    {
        await using RateLimiter limiter = await LimiterAsync(1);
        Assert.NotNull(limiter.IdleDuration);
        RateLimitLease held = await limiter.AcquireAsync(1, Stop);
        Assert.Null(limiter.IdleDuration);

        held.Dispose();

        TimeSpan? early = limiter.IdleDuration;
        Assert.NotNull(early);
        await SiloApi.UntilAsync(() => limiter.IdleDuration > early, "a longer rest");
    }

    [Fact]
    public async Task Acquire_ByManyAtOnce_NeverMoreThanThereAreAndAllComeBack()
    {
        const int Permits = 4;
        await using RateLimiter limiter = await LimiterAsync(Permits, waiting: 100);
        int held = 0;
        int most = 0;
        int acquired = 0;
        await Parallel.ForEachAsync(
            Enumerable.Range(0, 400),
            new ParallelOptions { MaxDegreeOfParallelism = 12, CancellationToken = Stop },
            async (number, stop) =>
            {
                int permits = 1 + (number % 2);
                using RateLimitLease lease =
                    number % 3 == 0 ? limiter.AttemptAcquire(permits) : await limiter.AcquireAsync(permits, stop);
                if (!lease.IsAcquired)
                {
                    return;
                }

                Interlocked.Increment(ref acquired);
                int now = Interlocked.Add(ref held, permits);
                InterlockedMax(ref most, now);
                await Task.Yield();
                Interlocked.Add(ref held, -permits);
            });

        Assert.InRange(most, 1, Permits);
        Assert.True(acquired >= 266, $"only {acquired} of those that waited were served");
        using RateLimitLease all = await AvailableAsync(limiter, Permits);
        Assert.Equal(0, limiter.GetStatistics()!.CurrentQueuedCount);
    }

    /// <summary>Attempts until it succeeds: a limiter may fetch permits only when it is asked for them.</summary>
    protected static async Task<RateLimitLease> AvailableAsync(RateLimiter limiter, int permits)
    {
        RateLimitLease? lease = null;
        await SiloApi.UntilAsync(() => (lease = limiter.AttemptAcquire(permits)).IsAcquired, $"{permits} permits");
        return lease!;
    }

    /// <summary>Waits until so many permits are waited for.</summary>
    protected static Task WaitingAsync(RateLimiter limiter, int permits) => SiloApi.UntilAsync(
        () => limiter.GetStatistics()!.CurrentQueuedCount == permits, $"{permits} permits to be waited for");

    private static void InterlockedMax(ref int place, int value)
    {
        int seen = Volatile.Read(ref place);
        while (value > seen)
        {
            int now = Interlocked.CompareExchange(ref place, value, seen);
            if (now == seen)
            {
                return;
            }

            seen = now;
        }
    }
}
