using Xunit;

namespace Headroom.Client.Tests;

public sealed class LastResortTests
{
    private static CancellationToken Token => BudgetFixture.Token;

    [Fact]
    public async Task AcquireMustSucceedAsync_ReadOnly_IsRefusedWithTheStateUntilItIsLifted()
    {
        await using BudgetFixture fixture = await new BudgetFixture(0).OpenAsync();
        var states = new List<SubsystemState>();
        var lifted = new TaskCompletionSource();
        using IDisposable added = fixture.Cache.OnStateChange(state =>
        {
            states.Add(state);
            if (state == SubsystemState.Normal)
            {
                lifted.SetResult();
            }
        });
        Tell(fixture, SubsystemState.ReadOnly);
        fixture.Authority.Script.Enqueue(Resort(SubsystemState.ReadOnly));

        MemoryRefusedException e = await Assert.ThrowsAsync<MemoryRefusedException>(
            () => fixture.Cache.AcquireMustSucceedAsync(10, "commit", Token).AsTask());

        Assert.Equal(RefusalReason.ReadOnly, e.Reason);
        Assert.Equal(SubsystemState.ReadOnly, fixture.Cache.State);
        Tell(fixture, SubsystemState.Normal);
        await fixture.UntilAsync(() => lifted.Task.IsCompleted, "it was lifted");
        Assert.Equal([SubsystemState.ReadOnly, SubsystemState.Normal], states);
        Assert.Equal(SubsystemState.Normal, fixture.Cache.State);
    }

    [Fact]
    public async Task AcquireMustSucceedAsync_FailStop_IsRefusedAndTheProcessIsTold()
    {
        var told = new TaskCompletionSource<string>();
        await using BudgetFixture fixture = await new BudgetFixture(0, told.SetResult).OpenAsync();
        fixture.Authority.Script.Enqueue(Resort(SubsystemState.FailStop));

        MemoryRefusedException e = await Assert.ThrowsAsync<MemoryRefusedException>(
            () => fixture.Cache.AcquireMustSucceedAsync(10, "commit", Token).AsTask());

        Assert.Equal(RefusalReason.FailStop, e.Reason);
        Assert.Equal("cache", await fixture.ResultAsync(told.Task, "the process was told"));
    }

    [Fact]
    public async Task AcquireMustSucceedAsync_Fallback_HandsOutTheObjectToOneAtATime()
    {
        await using BudgetFixture fixture = await new BudgetFixture(0).OpenAsync();
        byte[] buffer = new byte[10];
        using IDisposable registered = fixture.Cache.RegisterFallback(buffer);
        fixture.Authority.Script.Enqueue(Resort(SubsystemState.Fallback));
        MemoryLease first = await fixture.Cache.AcquireMustSucceedAsync(10, "commit", Token);
        Assert.Same(buffer, first.Fallback);
        Assert.Equal(0, fixture.ChargedBytes);
        Assert.Equal(0, fixture.Budget.GetStatus().LeasedBytes[3]);

        for (int i = 0; i < 3; i++)
        {
            fixture.Authority.Script.Enqueue(Resort(SubsystemState.Fallback));
        }

        Task<MemoryLease> asked = fixture.Cache.AcquireMustSucceedAsync(20, "commit", Token).AsTask();
        await fixture.UntilAsync(() => fixture.Authority.Script.Count < 2, "it was asked for twice");
        Assert.False(asked.IsCompleted);
        first.Dispose();
        first.Dispose();
        Assert.Null(first.Fallback);

        MemoryLease second = await fixture.ResultAsync(asked, "the object was free again");

        Assert.Same(buffer, second.Fallback);
        second.Dispose();
    }

    [Fact]
    public async Task AcquireMustSucceedAsync_FallbackWithoutAnObject_GoesOnUntilGranted()
    {
        await using BudgetFixture fixture = await new BudgetFixture(0).OpenAsync();
        fixture.Authority.Script.Enqueue(Resort(SubsystemState.Fallback));
        fixture.Authority.Script.Enqueue(Resort(SubsystemState.Fallback));

        using MemoryLease lease = await fixture.ResultAsync(
            fixture.Cache.AcquireMustSucceedAsync(10, "commit", Token).AsTask(), "it was granted");

        Assert.Null(lease.Fallback);
        Assert.Equal(10, fixture.ChargedBytes);
    }

    // What was taken from credit is the client's to count: totals of the session, so that a repeat changes nothing.
    [Fact]
    public async Task AcquireMustSucceedAsync_FromCredit_IsReportedByReason()
    {
        await using BudgetFixture fixture = await new BudgetFixture().OpenAsync();
        fixture.Cache.TryAcquire(20_000, Urgency.SafeToFail, out _);
        await fixture.UntilAsync(() => fixture.Budget.GetStatus().CreditBytes > 20_000, "credit arrived");
        using MemoryLease kept = await fixture.Cache.AcquireMustSucceedAsync(300, "commit", Token);
        (await fixture.Cache.AcquireMustSucceedAsync(500, "commit", Token)).Dispose();

        ReasonReport? report = null;
        Tell(fixture, SubsystemState.Normal);
        await fixture.UntilAsync(
            () =>
            {
                while (fixture.Authority.Exchanges.TryRead(out ExchangeCommand? exchange))
                {
                    report = exchange.MustSucceed.Count == 0 ? report : Assert.Single(exchange.MustSucceed);
                }

                return report is { Requests: 2 };
            },
            "it was reported");

        Assert.Equal(new ReasonReport("cache", "commit", 2, 300), report);
    }

    [Fact]
    public async Task TryAcquire_SessionOver_EmergencyCreditServesMustSucceedAlone()
    {
        await using BudgetFixture fixture = await new BudgetFixture().OpenAsync();
        fixture.Authority.Tell(books => books.EmergencyBytes = 4000, fixture.Budget.GetStatus().Session);
        await fixture.UntilAsync(() => fixture.Budget.GetStatus().EmergencyBytes == 4000, "the store was filled");
        fixture.Authority.Mode = FakeAuthority.Behaviour.LoseCall;

        fixture.Time.Advance(BudgetFixture.Ttl);

        Assert.False(fixture.Cache.TryAcquire(1, Urgency.RiskyToFail, out _));
        Assert.False(fixture.Cache.TryAcquire(4001, Urgency.MustSucceed, out _));
        Assert.True(fixture.Cache.TryAcquire(3000, Urgency.MustSucceed, out MemoryLease lease));
        BudgetStatus status = fixture.Budget.GetStatus();
        Assert.Equal((false, 1000L, 3000L), (status.Connected, status.EmergencyBytes, status.LostBytes));
        lease.Dispose();
        Assert.Equal(4000, fixture.Budget.GetStatus().EmergencyBytes);
        fixture.Authority.Mode = FakeAuthority.Behaviour.Answer;
        await fixture.UntilAsync(
            () => fixture.Budget.GetStatus() is { Connected: true, EmergencyBytes: 4000 }, "the store is filled again");
    }

    private static LeaseDecision Resort(SubsystemState state) => new()
    {
        Outcome = Outcome.LastResort,
        Rung = Rung.LastResort,
        State = state,
        RefusedBy = "container orders",
    };

    private static void Tell(BudgetFixture fixture, SubsystemState state)
        => fixture.Authority.Tell(books => books.State = state, fixture.Budget.GetStatus().Session);
}
