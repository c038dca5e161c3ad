using Xunit;

namespace Headroom.Client.Tests;

public sealed class ClosingTests
{
    private static CancellationToken Token => BudgetFixture.Token;

    [Fact]
    public async Task DisposeAsync_NothingLeased_ClosesTheSession()
    {
        BudgetFixture fixture = await new BudgetFixture().OpenAsync();
        Guid session = fixture.Budget.GetStatus().Session;

        await fixture.Budget.DisposeAsync();
        await fixture.Budget.DisposeAsync();

        Assert.Equal(session, await fixture.Authority.Closed.ReadAsync(Token));
        Assert.True(fixture.Authority.IsDisposed);
        Assert.False(fixture.Budget.GetStatus().Connected);
    }

    [Fact]
    public async Task DisposeAsync_LeaseHeld_GivesBackCreditAndLeavesTheLeaseCharged()
    {
        BudgetFixture fixture = await new BudgetFixture().OpenAsync();
        fixture.Cache.TryAcquire(1000, Urgency.SafeToFail, out _);
        await fixture.UntilAsync(() => fixture.Budget.GetStatus().CreditBytes > 1000, "credit arrived");
        Assert.True(fixture.Cache.TryAcquire(1000, Urgency.SafeToFail, out MemoryLease lease));

        await fixture.Budget.DisposeAsync();

        Assert.Equal(1000, fixture.ChargedBytes);
        Assert.False(fixture.Authority.Closed.TryRead(out _));
        lease.Dispose();
        lease.Dispose();
    }

    [Fact]
    public async Task Acquire_Closed_IsRefusedOrThrows()
    {
        BudgetFixture fixture = await new BudgetFixture().OpenAsync();
        fixture.Authority.Mode = FakeAuthority.Behaviour.LoseCall;
        Task<MemoryLease> waiting = fixture.Cache.AcquireMustSucceedAsync(300_000, "commit", Token).AsTask();
        await fixture.NextAskAsync();

        fixture.Authority.Mode = FakeAuthority.Behaviour.Answer;
        await fixture.Budget.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting);
        Assert.False(fixture.Cache.TryAcquire(1, Urgency.MustSucceed, out _));
        await Assert.ThrowsAsync<ObjectDisposedException>(
            async () => await fixture.Cache.AcquireAsync(1, Urgency.MustSucceed, Token));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => fixture.Budget.WaitUntilReadyAsync(Token));
    }

    [Fact]
    public async Task DisposeAsync_AuthorityAway_EndsAllTheSame()
    {
        BudgetFixture fixture = await new BudgetFixture().OpenAsync();
        fixture.Authority.Mode = FakeAuthority.Behaviour.LoseCall;

        Task closing = fixture.Budget.DisposeAsync().AsTask();
        await fixture.UntilAsync(() => closing.IsCompleted, "closing gave up", 100);

        await closing;
        Assert.True(fixture.Authority.IsDisposed);
    }
}
