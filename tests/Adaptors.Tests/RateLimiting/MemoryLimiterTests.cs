using System.Text.Json;
using System.Threading.RateLimiting;
using Headroom.RateLimiting;
using Xunit;

namespace Headroom.Adaptors.Tests.RateLimiting;

/// <summary>What the limiter over memory does beyond the contract of limiters, on a real silo.</summary>
[Trait("Kind", "Process")]
public sealed class MemoryLimiterTests(SharedSilo silo)
{
    private const long Permit = 1L << 20;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AcquireAsync_RefusedByTheAuthority_SaysByWhomWhyAndWhenToTryAgain()
    {
        LimitedContainer container = await silo.LimitAsync(2 * Permit);
        await using HeadroomClient budget = await container.ConnectAsync();
        await using var limiter = Limiter(budget, Urgency.Optional);
        using RateLimitLease held = await limiter.AcquireAsync(2, Stop);

        using RateLimitLease refused = await limiter.AcquireAsync(1, Stop);

        Assert.False(refused.IsAcquired);
        Assert.True(refused.TryGetMetadata(MemoryLimiterMetadata.RefusedBy, out string? by));
        Assert.Equal("container", by);
        Assert.True(refused.TryGetMetadata(MemoryLimiterMetadata.RefusalReason, out RefusalReason reason));
        Assert.Equal(RefusalReason.NotEnoughMemory, reason);
        Assert.True(refused.TryGetMetadata(MemoryLimiterMetadata.AvailableBytes, out long available));
        Assert.Equal(0, available);
        Assert.True(refused.TryGetMetadata(MemoryLimiterMetadata.Rung, out Rung rung));
        Assert.NotEqual(Rung.None, rung);
        Assert.True(refused.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan retryAfter));
        Assert.True(retryAfter > TimeSpan.Zero, $"{retryAfter}");
        Assert.True(refused.TryGetMetadata(MetadataName.ReasonPhrase, out string? phrase));
        Assert.Contains("1048576", phrase, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AttemptAcquire_NoCredit_SaysThatItWasCredit()
    {
        LimitedContainer container = await silo.LimitAsync(2 * Permit);
        await using HeadroomClient budget = await container.ConnectAsync();
        await using var limiter = Limiter(budget, Urgency.SafeToFail);

        // Of more than there is, so that what comes in the meantime changes nothing.
        using RateLimitLease failed = limiter.AttemptAcquire(3);

        Assert.True(failed.TryGetMetadata(MemoryLimiterMetadata.RefusedBy, out string? by));
        Assert.Equal("credit", by);
        Assert.True(failed.TryGetMetadata(MemoryLimiterMetadata.Rung, out Rung rung));
        Assert.Equal(Rung.Credit, rung);
        Assert.False(failed.TryGetMetadata(MetadataName.RetryAfter, out _));
    }

    [Fact]
    public async Task AcquireAsync_Granted_ShowsItsMemoryAndIsLeasedAtTheAuthority()
    {
        LimitedContainer container = await silo.LimitAsync(8 * Permit);
        await using HeadroomClient budget = await container.ConnectAsync();
        await using var limiter = Limiter(budget, Urgency.RiskyToFail);

        RateLimitLease lease = await limiter.AcquireAsync(3, Stop);

        Assert.True(lease.TryGetMetadata(MemoryLimiterMetadata.Lease, out MemoryLease memory));
        Assert.Equal(3 * Permit, memory.Bytes);
        Assert.Equal(Urgency.RiskyToFail, memory.Urgency);
        Assert.True(memory.IsAcquired);
        lease.Dispose();
        Assert.False(memory.IsAcquired);
        await container.Api.AssertNothingLeasedAsync();
    }

    [Fact]
    public async Task AcquireAsync_MustSucceed_IsBookedUnderItsReasonAlsoFromCredit()
    {
        LimitedContainer container = await silo.LimitAsync(8 * Permit);
        await using HeadroomClient budget = await container.ConnectAsync();
        await using var limiter = Limiter(budget, Urgency.MustSucceed);

        using RateLimitLease asked = await limiter.AcquireAsync(1, Stop);
        RateLimitLease? attempted = null;
        await SiloApi.UntilAsync(() => (attempted = limiter.AttemptAcquire()).IsAcquired, "credit");
        using RateLimitLease lease = attempted!;

        JsonElement seen = default;
        await SiloApi.UntilAsync(
            async () =>
            {
                seen = await container.Api.GetAsync($"{container.Api.Path}/must-succeed");
                JsonElement[] reasons = [.. seen.GetProperty("reasons").EnumerateArray()];
                return reasons.Length == 1
                    && reasons[0].GetProperty("reason").GetString() == "test"
                    && SiloApi.Number(reasons[0], "outstandingBytes") == 2 * Permit;
            },
            "two permits under their reason, and no other reason",
            () => Task.FromResult(seen.ToString()));
    }

    [Fact]
    public async Task AcquireAsync_PolicyForbidsTheUrgency_FailsAndDoesNotAskToTryAgain()
    {
        LimitedContainer container = await silo.LimitAsync(8 * Permit);
        await container.Api.SetPolicyAsync("limited", new { maxUrgency = "Optional" });
        await using HeadroomClient budget = await container.ConnectAsync();
        await using var limiter = Limiter(budget, Urgency.SafeToFail);

        using RateLimitLease refused = await limiter.AcquireAsync(1, Stop);

        Assert.False(refused.IsAcquired);
        Assert.True(refused.TryGetMetadata(MemoryLimiterMetadata.RefusalReason, out RefusalReason reason));
        Assert.Equal(RefusalReason.UrgencyNotAllowed, reason);
        Assert.False(refused.TryGetMetadata(MetadataName.RetryAfter, out _));
    }

    [Fact]
    public async Task Acquire_BudgetIsClosed_FailsWhoWaitsAndWhoComesLater()
    {
        LimitedContainer container = await silo.LimitAsync(Permit);
        HeadroomClient budget = await container.ConnectAsync();
        await using var limiter = Limiter(budget, Urgency.SafeToFail);
        RateLimitLease held = await limiter.AcquireAsync(1, Stop);
        Task<RateLimitLease> waiting = limiter.AcquireAsync(1, Stop).AsTask();

        held.Dispose();
        await budget.DisposeAsync();

        (await waiting).Dispose();
        using RateLimitLease later = await limiter.AcquireAsync(1, Stop);
        Assert.False(later.IsAcquired);
        Assert.False(limiter.AttemptAcquire().IsAcquired);
        await container.Api.AssertAllFreeAsync();
    }

    [Fact]
    public async Task Acquire_MorePermitsThanBytesCanBeSaid_IsAnArgumentErrorAtOnce()
    {
        LimitedContainer container = await silo.LimitAsync(Permit);
        await using HeadroomClient budget = await container.ConnectAsync();
        await using var limiter = new MemoryLimiter(
            budget.Subsystem("limited"), new MemoryLimiterOptions { BytesPerPermit = long.MaxValue / 2 });

        Assert.Throws<ArgumentOutOfRangeException>("permitCount", () => limiter.AttemptAcquire(3));
        Assert.False(limiter.AttemptAcquire(2).IsAcquired);
    }

    [Fact]
    public async Task Constructor_OptionsOutOfTheirRange_Throws()
    {
        LimitedContainer container = await silo.LimitAsync(Permit);
        await using HeadroomClient budget = await container.ConnectAsync();
        ISubsystem subsystem = budget.Subsystem("limited");
        foreach (MemoryLimiterOptions options in (MemoryLimiterOptions[])
        [
            new() { BytesPerPermit = 0 },
            new() { BytesPerPermit = -1 },
            new() { BytesPerPermit = 1, MaxWaiting = -1 },
            new() { BytesPerPermit = 1, Urgency = (Urgency)4 },
            new() { BytesPerPermit = 1, Urgency = Urgency.MustSucceed },
            new() { BytesPerPermit = 1, Urgency = Urgency.MustSucceed, Reason = " " },
            new() { BytesPerPermit = 1, Urgency = Urgency.MustSucceed, Reason = new string('x', 257) },
            new() { BytesPerPermit = 1, TimeProvider = null! },
        ])
        {
            Assert.ThrowsAny<ArgumentException>(() => new MemoryLimiter(subsystem, options));
        }
    }

    private static MemoryLimiter Limiter(HeadroomClient budget, Urgency urgency) => new(
        budget.Subsystem("limited"),
        new MemoryLimiterOptions { BytesPerPermit = Permit, Urgency = urgency, Reason = "test" });
}
