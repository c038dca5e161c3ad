using Headroom.RateLimiting;
using Polly;
using Polly.RateLimiting;
using Polly.Retry;
using Xunit;

namespace Headroom.Adaptors.Tests.RateLimiting;

/// <summary>The limiter as a strategy of a Polly pipeline, on a real silo.</summary>
[Trait("Kind", "Process")]
public sealed class PollyTests(SharedSilo silo)
{
    private const long Permit = 1L << 20;
    private const int Permits = 3;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AddRateLimiter_MemoryIsShort_RejectsWithWhenToTryAgain()
    {
        LimitedContainer container = await silo.LimitAsync(Permits * Permit);
        await using HeadroomClient budget = await container.ConnectAsync();
        await using MemoryLimiter limiter = Limiter(budget, Urgency.Optional);
        await using MemoryLimiter waits = Limiter(budget, Urgency.SafeToFail);
        ResiliencePipeline pipeline = new ResiliencePipelineBuilder().AddRateLimiter(limiter).Build();
        ResiliencePipeline patient = new ResiliencePipelineBuilder().AddRateLimiter(waits).Build();
        using var entered = new CountdownEvent(Permits);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task[] running =
        [
            .. Enumerable.Range(0, Permits).Select(_ => patient.ExecuteAsync(
                async _ =>
                {
                    entered.Signal();
                    await release.Task;
                },
                Stop).AsTask()),
        ];
        await SiloApi.UntilAsync(() => entered.IsSet, "all permits in use");

        RateLimiterRejectedException rejected = await Assert.ThrowsAsync<RateLimiterRejectedException>(
            async () => await pipeline.ExecuteAsync(_ => ValueTask.CompletedTask, Stop));

        Assert.True(rejected.RetryAfter > TimeSpan.Zero, $"{rejected.RetryAfter}");
        release.SetResult();
        await Task.WhenAll(running);
        await patient.ExecuteAsync(_ => ValueTask.CompletedTask, Stop);
        await container.Api.AssertNothingLeasedAsync();
    }

    [Fact]
    public async Task AddRateLimiter_WithARetryAroundIt_AllSucceedAndNeverMoreThanThereIs()
    {
        LimitedContainer container = await silo.LimitAsync(Permits * Permit);
        await using HeadroomClient budget = await container.ConnectAsync();
        await using MemoryLimiter limiter = Limiter(budget, Urgency.Optional);
        int rejections = 0;
        ResiliencePipeline pipeline = new ResiliencePipelineBuilder()
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<RateLimiterRejectedException>(),
                MaxRetryAttempts = int.MaxValue,
                DelayGenerator = retry =>
                {
                    Interlocked.Increment(ref rejections);
                    TimeSpan? said = (retry.Outcome.Exception as RateLimiterRejectedException)?.RetryAfter;
                    Assert.NotNull(said);

                    // A tenth of it: nothing rests on how long this test takes.
                    return ValueTask.FromResult(said / 10);
                },
            })
            .AddRateLimiter(new RateLimiterStrategyOptions
            {
                RateLimiter = arguments => limiter.AcquireAsync(1, arguments.Context.CancellationToken),
            })
            .Build();
        int held = 0;

        await Parallel.ForEachAsync(
            Enumerable.Range(0, 60),
            new ParallelOptions { MaxDegreeOfParallelism = 12, CancellationToken = Stop },
            async (_, stop) => await pipeline.ExecuteAsync(
                async token =>
                {
                    Assert.InRange(Interlocked.Increment(ref held), 1, Permits);
                    await Task.Delay(5, token);
                    Interlocked.Decrement(ref held);
                },
                stop));

        Assert.True(rejections > 0, "12 at once on 3 permits, and nobody was rejected");
        await container.Api.AssertNothingLeasedAsync();
        await container.Api.AssertAuditAsync();
    }

    private static MemoryLimiter Limiter(HeadroomClient budget, Urgency urgency) => new(
        budget.Subsystem("calls"), new MemoryLimiterOptions { BytesPerPermit = Permit, Urgency = urgency });
}
