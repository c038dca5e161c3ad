using Xunit;

namespace Headroom.Client.Tests;

public sealed class RefusalTests
{
    private static CancellationToken Token => BudgetFixture.Token;

    [Fact]
    public async Task AcquireAsync_Refused_SaysWhoWhyAndWhenToTryAgain()
    {
        await using BudgetFixture fixture = await new BudgetFixture(0).OpenAsync();
        fixture.Authority.Script.Enqueue(new LeaseDecision
        {
            Outcome = Outcome.Refused,
            RefusedBy = "container orders",
            AvailableBytes = 12,
            RetryAfter = TimeSpan.FromSeconds(3),
            Rungs = [(Rung.Container, 12), (Rung.Host, -5)],
            Detail = "the limit is 100 bytes",
        });

        MemoryRefusedException e = await Assert.ThrowsAsync<MemoryRefusedException>(
            () => fixture.Cache.AcquireAsync(500, Urgency.SafeToFail, Token).AsTask());

        Assert.Equal(RefusalReason.NotEnoughMemory, e.Reason);
        Assert.Equal("container orders", e.RefusedBy);
        Assert.Equal(12, e.AvailableBytes);
        Assert.Equal(500, e.RequestedBytes);
        Assert.Equal(Urgency.SafeToFail, e.Urgency);
        Assert.Equal(TimeSpan.FromSeconds(3), e.RetryAfter);
        Assert.Equal([new RungAttempt(Rung.Container, 12), new RungAttempt(Rung.Host, -5)], e.Rungs);
        Assert.Equal(
            "Subsystem cache was refused 500 bytes at urgency SafeToFail by container orders, "
            + "which had 12 bytes for it: the limit is 100 bytes.",
            e.Message);
        Assert.Equal(0, fixture.Budget.GetStatus().LeasedBytes[1]);
    }

    [Theory]
    [InlineData(Outcome.UrgencyNotAllowed, RefusalReason.UrgencyNotAllowed)]
    [InlineData(Outcome.QuotaExceeded, RefusalReason.QuotaExceeded)]
    public async Task AcquireMustSucceedAsync_PolicyForbidsIt_IsRefusedAtOnce(Outcome outcome, RefusalReason reason)
    {
        await using BudgetFixture fixture = await new BudgetFixture(0).OpenAsync();
        fixture.Authority.Script.Enqueue(new LeaseDecision { Outcome = outcome, RefusedBy = "subsystem" });

        MemoryRefusedException e = await Assert.ThrowsAsync<MemoryRefusedException>(
            () => fixture.Cache.AcquireMustSucceedAsync(500, "commit", Token).AsTask());

        Assert.Equal(reason, e.Reason);
    }

    [Fact]
    public async Task AcquireAsync_CanNeverBeGranted_IsTheCallersMistake()
    {
        await using BudgetFixture fixture = await new BudgetFixture(0).OpenAsync();
        fixture.Authority.Script.Enqueue(
            new LeaseDecision { Outcome = Outcome.Invalid, Detail = "bytes must be 1 to 10" });

        ArgumentOutOfRangeException e = await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => fixture.Cache.AcquireAsync(500, Urgency.SafeToFail, Token).AsTask());

        Assert.Equal("bytes", e.ParamName);
        Assert.Contains("1 to 10", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Urgency.Optional, 1)]
    [InlineData(Urgency.SafeToFail, 2)]
    [InlineData(Urgency.RiskyToFail, 6)]
    public async Task AcquireAsync_AuthorityAway_IsRefusedWhenItsTimeIsOver(Urgency urgency, int expectedSeconds)
    {
        await using BudgetFixture fixture = await new BudgetFixture(0).OpenAsync();
        fixture.Authority.Mode = FakeAuthority.Behaviour.LoseCall;
        Task<MemoryLease> asked = fixture.Cache.AcquireAsync(500, urgency, Token).AsTask();
        await fixture.NextAskAsync();
        fixture.Time.Advance(TimeSpan.FromSeconds(expectedSeconds) - TimeSpan.FromMilliseconds(1));
        Assert.False(asked.IsCompleted);
        fixture.Time.Advance(TimeSpan.FromMilliseconds(1));

        MemoryRefusedException e = await Assert.ThrowsAsync<MemoryRefusedException>(
            () => asked.WaitAsync(TimeSpan.FromSeconds(20), Token));

        Assert.Equal(RefusalReason.AuthorityUnavailable, e.Reason);
        Assert.Equal("the authority of container orders on host node-1", e.RefusedBy);
    }

    [Fact]
    public async Task AcquireAsync_NeverConnected_OptionalIsRefusedAtOnce()
    {
        await using var fixture = new BudgetFixture();

        MemoryRefusedException e = await Assert.ThrowsAsync<MemoryRefusedException>(
            () => fixture.Cache.AcquireAsync(500, Urgency.Optional, Token).AsTask());

        Assert.Equal(RefusalReason.AuthorityUnavailable, e.Reason);
    }

    [Fact]
    public async Task Acquire_CallersMistakes_NameTheParameter()
    {
        await using var fixture = new BudgetFixture();
        ISubsystem cache = fixture.Cache;

        Assert.Throws<ArgumentOutOfRangeException>("bytes", () => cache.TryAcquire(0, Urgency.Optional, out _));
        Assert.Throws<ArgumentOutOfRangeException>(
            "bytes", () => cache.TryAcquire(long.MinValue, Urgency.Optional, out _));
        Assert.Throws<ArgumentOutOfRangeException>("urgency", () => cache.TryAcquire(1, (Urgency)4, out _));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            "bytes", async () => await cache.AcquireAsync(-1, Urgency.Optional, Token));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            "urgency", async () => await cache.AcquireAsync(1, (Urgency)255, Token));
        await Assert.ThrowsAsync<ArgumentException>(
            "reason", async () => await cache.AcquireMustSucceedAsync(1, " ", Token));
        await Assert.ThrowsAsync<ArgumentException>(
            "reason", async () => await cache.AcquireMustSucceedAsync(1, new string('x', 257), Token));
        Assert.False(cache.TryAcquire(long.MaxValue, Urgency.MustSucceed, out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a/b")]
    [InlineData("naïve")]
    [InlineData("a b")]
    public async Task Subsystem_BadName_IsTheCallersMistake(string name)
    {
        await using var fixture = new BudgetFixture();

        Assert.Throws<ArgumentException>(nameof(name), () => fixture.Budget.Subsystem(name));
        Assert.Throws<ArgumentException>(nameof(name), () => fixture.Budget.Subsystem(new string('x', 254)));
        Assert.Same(fixture.Budget.Subsystem("x"), fixture.Budget.Subsystem("x"));
    }
}
