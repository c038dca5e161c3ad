using Xunit;

namespace Headroom.Client.Tests;

public sealed class AcquireTests
{
    private static CancellationToken Token => BudgetFixture.Token;

    [Fact]
    public async Task TryAcquire_NoCreditYet_IsFalseThenSucceedsAfterTheBackground()
    {
        await using BudgetFixture fixture = await new BudgetFixture().OpenAsync();
        Assert.False(fixture.Cache.TryAcquire(100, Urgency.Optional, out MemoryLease none));
        Assert.Equal(default, none);
        await fixture.UntilAsync(() => fixture.Budget.GetStatus().CreditBytes > 0, "credit arrived");

        Assert.True(fixture.Cache.TryAcquire(100, Urgency.Optional, out MemoryLease lease));

        Assert.True(lease.IsAcquired);
        Assert.Equal(100, lease.Bytes);
        Assert.Equal(Urgency.Optional, lease.Urgency);
        Assert.Equal(100, fixture.Budget.GetStatus().LeasedBytes[0]);
        lease.Dispose();
        Assert.False(lease.IsAcquired);
        Assert.Equal(0, fixture.Budget.GetStatus().LeasedBytes[0]);
    }

    [Fact]
    public async Task CreditBytes_LeasedAndGivenBack_SaysWhatIsLeft()
    {
        await using BudgetFixture fixture = await new BudgetFixture().OpenAsync();
        Assert.Equal(0, fixture.Cache.CreditBytes);
        fixture.Cache.TryAcquire(1000, Urgency.Optional, out _);
        await fixture.UntilAsync(() => fixture.Cache.CreditBytes > 0, "credit arrived");
        long before = fixture.Cache.CreditBytes;

        Assert.True(fixture.Cache.TryAcquire(1000, Urgency.Optional, out MemoryLease lease));

        Assert.Equal(before - 1000, fixture.Cache.CreditBytes);
        lease.Dispose();
        Assert.Equal(before, fixture.Cache.CreditBytes);
    }

    [Fact]
    public async Task TryAcquireMustSucceed_FromCredit_IsReportedUnderItsReason()
    {
        await using BudgetFixture fixture = await new BudgetFixture().OpenAsync();
        Assert.False(fixture.Cache.TryAcquireMustSucceed(1000, "commit", out _));
        await fixture.UntilAsync(() => fixture.Cache.CreditBytes > 0, "credit arrived");

        Assert.True(fixture.Cache.TryAcquireMustSucceed(1000, "commit", out MemoryLease lease));

        Assert.Equal(Urgency.MustSucceed, lease.Urgency);
        await fixture.UntilAsync(
            () => fixture.Authority.Exchanges.TryRead(out ExchangeCommand? sent)
                && sent.MustSucceed.Any(row => row.Reason == "commit"),
            "the reason was reported",
            stepMilliseconds: 100);
        lease.Dispose();
        Assert.ThrowsAny<ArgumentException>(() => fixture.Cache.TryAcquireMustSucceed(1, " ", out _));
        Assert.ThrowsAny<ArgumentException>(() => fixture.Cache.TryAcquireMustSucceed(1, new string('x', 257), out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => fixture.Cache.TryAcquireMustSucceed(0, "commit", out _));
    }

    [Fact]
    public async Task TryAcquire_AndDispose_AllocateNothing()
    {
        await using BudgetFixture fixture = await new BudgetFixture().OpenAsync();
        fixture.Cache.TryAcquire(1000, Urgency.SafeToFail, out _);
        await fixture.UntilAsync(() => fixture.Budget.GetStatus().CreditBytes > 0, "credit arrived");
        Churn(fixture.Cache, 1000);

        long before = GC.GetAllocatedBytesForCurrentThread();
        int granted = Churn(fixture.Cache, 10_000);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(10_000, granted);
        Assert.Equal(0, allocated);
    }

    [Fact]
    public async Task TryAcquire_SessionOverByTheClock_IsFalseBeforeAnythingElseRan()
    {
        await using BudgetFixture fixture = await new BudgetFixture().OpenAsync();
        fixture.Cache.TryAcquire(100, Urgency.Optional, out _);
        await fixture.UntilAsync(() => fixture.Budget.GetStatus().CreditBytes > 0, "credit arrived");
        fixture.Authority.Mode = FakeAuthority.Behaviour.LoseCall;

        fixture.Time.Advance(BudgetFixture.Ttl);

        Assert.False(fixture.Cache.TryAcquire(1, Urgency.MustSucceed, out _));
        Assert.False(fixture.Budget.GetStatus().Connected);
    }

    [Fact]
    public async Task AcquireAsync_NoCredit_AsksTheAuthorityAndDisposeReleases()
    {
        await using BudgetFixture fixture = await new BudgetFixture(0).OpenAsync();

        MemoryLease lease = await fixture.Cache.AcquireAsync(5000, Urgency.SafeToFail, Token);

        Assert.Equal(5000, lease.Bytes);
        Assert.Equal(5000, fixture.ChargedBytes);
        MemoryLease copy = lease;
        lease.Dispose();
        copy.Dispose();
        await fixture.UntilAsync(() => fixture.ChargedBytes == 0, "the lease was released");
        Assert.Equal(0, fixture.Budget.GetStatus().LeasedBytes[1]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AcquireAsync_RefusedWhatIsOnItsWayAsCredit_IsServedFromThat(bool atOnce)
    {
        await using BudgetFixture fixture = await new BudgetFixture().OpenAsync();
        fixture.Authority.AnswersAtOnce = atOnce;
        var arrival = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        fixture.Authority.ExchangesArrive = arrival.Task;
        Assert.False(fixture.Cache.TryAcquire(5000, Urgency.Optional, out _));
        await fixture.UntilAsync(
            () => fixture.Authority.Exchanges.TryRead(out ExchangeCommand? sent) && sent.Wants.Count > 0,
            "credit drawn");
        fixture.Authority.Script.Enqueue(new LeaseDecision { Outcome = Outcome.Refused });

        Task<MemoryLease> asked = fixture.Cache.AcquireAsync(5000, Urgency.Optional, Token).AsTask();
        await fixture.UntilAsync(() => fixture.Authority.Script.Count == 0, "the refusal was given");
        Assert.False(asked.IsCompleted);
        arrival.SetResult();

        using MemoryLease lease = await fixture.ResultAsync(asked, "served from credit");
        Assert.Equal(5000, lease.Bytes);
    }

    [Fact]
    public async Task AcquireAsync_AnswerLost_RepeatsTheSameIdAndIsChargedOnce()
    {
        await using BudgetFixture fixture = await new BudgetFixture(0).OpenAsync();
        fixture.Authority.Mode = FakeAuthority.Behaviour.LoseAnswer;
        Task<MemoryLease> asked = fixture.Cache.AcquireMustSucceedAsync(5000, "commit", Token).AsTask();
        LeaseAsk first = await fixture.NextAskAsync();
        fixture.Time.Advance(LeaseRequests.Poll);
        fixture.Authority.Mode = FakeAuthority.Behaviour.Answer;

        using MemoryLease lease = await fixture.ResultAsync(asked, "the second try was answered");

        LeaseAsk second = await fixture.NextAskAsync();
        Assert.Equal(first.Command.RequestId, second.Command.RequestId);
        Assert.Equal("commit", second.Command.Reason);
        Assert.Equal(5000, fixture.ChargedBytes);
    }

    [Theory]
    [InlineData(Urgency.RiskyToFail)]
    [InlineData(Urgency.MustSucceed)]
    public async Task AcquireAsync_NotAnswered_SoundsBeforeItWaitsAgain(Urgency urgency)
    {
        await using BudgetFixture fixture = await new BudgetFixture(0).OpenAsync();
        TimeSpan timeout = new HeadroomOptions().CallTimeout;
        fixture.Authority.AnswersAtOnce = true;
        fixture.Authority.Mode = FakeAuthority.Behaviour.LoseCall;
        Task<MemoryLease> asked = fixture.Cache.AcquireAsync(5000, urgency, Token).AsTask();
        await fixture.Authority.Batches.ReadAsync(Token);
        fixture.Time.Advance(timeout);
        await fixture.NextAskAsync();
        fixture.Time.Advance(timeout);

        // The silo that stands in is asked now, and not only when the first could have let it wait.
        LeaseAsk second = await fixture.ResultAsync(fixture.NextAskAsync(), "it asked again");
        Assert.Equal((TimeSpan.Zero, true), fixture.Authority.LastWait);
        fixture.Authority.Script.Enqueue(new LeaseDecision { Outcome = Outcome.Waiting, Rung = Rung.Wait });
        fixture.Authority.Mode = FakeAuthority.Behaviour.Answer;
        fixture.Time.Advance(timeout);

        using MemoryLease lease = await fixture.ResultAsync(asked, "whoever stands in granted it");
        Assert.Equal(second.Command.RequestId, (await fixture.NextAskAsync()).Command.RequestId);
        Assert.NotEqual(TimeSpan.Zero, fixture.Authority.LastWait.Wait);
    }

    [Fact]
    public async Task AcquireAsync_StillWaiting_AsksAgainWithTheSameId()
    {
        await using BudgetFixture fixture = await new BudgetFixture(0).OpenAsync();
        fixture.Authority.Script.Enqueue(new LeaseDecision { Outcome = Outcome.Waiting, Rung = Rung.Wait });
        fixture.Authority.Script.Enqueue(new LeaseDecision { Outcome = Outcome.Waiting, Rung = Rung.Wait });

        using MemoryLease lease = await fixture.ResultAsync(
            fixture.Cache.AcquireMustSucceedAsync(10, "commit", Token).AsTask(), "the lease was granted");

        LeaseAsk[] asks = [await fixture.NextAskAsync(), await fixture.NextAskAsync(), await fixture.NextAskAsync()];
        Assert.Single(asks.Select(ask => ask.Command.RequestId).Distinct());
    }

    [Fact]
    public async Task AcquireMustSucceedAsync_RefusedAndUnavailable_GoesOnWithANewIdAfterARefusal()
    {
        await using BudgetFixture fixture = await new BudgetFixture(0).OpenAsync();
        fixture.Authority.Script.Enqueue(new LeaseDecision { Outcome = Outcome.Unavailable });
        fixture.Authority.Script.Enqueue(
            new LeaseDecision { Outcome = Outcome.Refused, RetryAfter = TimeSpan.FromSeconds(1) });

        using MemoryLease lease = await fixture.ResultAsync(
            fixture.Cache.AcquireMustSucceedAsync(10, "commit", Token).AsTask(), "the lease was granted");

        LeaseAsk[] asks = [await fixture.NextAskAsync(), await fixture.NextAskAsync(), await fixture.NextAskAsync()];
        Assert.Equal(asks[0].Command.RequestId, asks[1].Command.RequestId);
        Assert.NotEqual(asks[1].Command.RequestId, asks[2].Command.RequestId);

        // A copy of the first that comes late must not be granted: nobody would give that back.
        await fixture.UntilAsync(
            () => fixture.Authority.Exchanges.TryRead(out ExchangeCommand? sent)
                && sent.Cancelled.Contains(asks[0].Command.RequestId),
            "the refused request was given up",
            stepMilliseconds: 100);
    }

    [Fact]
    public async Task AcquireMustSucceedAsync_SiloGoneBeyondTheTtlAndRestarted_IsGrantedWhenItIsBack()
    {
        await using BudgetFixture fixture = await new BudgetFixture(0).OpenAsync();
        using MemoryLease before = await fixture.Cache.AcquireAsync(700, Urgency.SafeToFail, Token);
        fixture.Authority.Mode = FakeAuthority.Behaviour.LoseCall;
        Task<MemoryLease> asked = fixture.Cache.AcquireMustSucceedAsync(5000, "commit", Token).AsTask();
        await fixture.UntilAsync(() => !fixture.Budget.GetStatus().Connected, "the session lapsed", 100);
        Assert.False(asked.IsCompleted);

        fixture.Authority.Restart();
        fixture.Authority.Mode = FakeAuthority.Behaviour.Answer;
        using MemoryLease lease = await fixture.ResultAsync(asked, "it was granted");

        BudgetStatus status = fixture.Budget.GetStatus();
        Assert.True(status.Connected);
        Assert.Equal(2, status.Epoch);
        Assert.Equal(700, status.LeasedBytes[1]);
        Assert.Equal(5000, status.LeasedBytes[3]);
        Assert.Equal(0, status.LostBytes);
    }

    [Fact]
    public async Task AcquireAsync_Cancelled_ThrowsForTheCallersTokenAndTellsTheAuthority()
    {
        await using BudgetFixture fixture = await new BudgetFixture(0).OpenAsync();
        fixture.Authority.Mode = FakeAuthority.Behaviour.LoseAnswer;
        using var caller = new CancellationTokenSource();
        Task<MemoryLease> asked = fixture.Cache.AcquireAsync(5000, Urgency.RiskyToFail, caller.Token).AsTask();
        await fixture.NextAskAsync();
        Assert.Equal(5000, fixture.ChargedBytes);

        await caller.CancelAsync();

        OperationCanceledException e = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        Assert.Equal(caller.Token, e.CancellationToken);
        fixture.Authority.Mode = FakeAuthority.Behaviour.Answer;
        await fixture.UntilAsync(() => fixture.ChargedBytes == 0, "the cancelled request was given back");
    }

    private static int Churn(ISubsystem subsystem, int times)
    {
        int granted = 0;
        for (int i = 0; i < times; i++)
        {
            if (subsystem.TryAcquire(64, Urgency.SafeToFail, out MemoryLease lease))
            {
                granted++;
            }

            lease.Dispose();
        }

        return granted;
    }
}
