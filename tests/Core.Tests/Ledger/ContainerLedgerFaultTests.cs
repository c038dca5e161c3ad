using Xunit;

namespace Headroom.Core.Tests.Ledger;

/// <summary>
/// One test for each fault that was found in the container's requests, leases and queue, named for it.
/// </summary>
public sealed class ContainerLedgerFaultTests
{
    [Fact]
    public void Request_RepeatedAfterItsLeaseLapsed_IsGoneNotGranted()
    {
        ContainerLedger ledger = Given.Container(1000);
        LeaseDecision first = ledger.Request(Given.Lease(1, 100), Given.At(0));
        Assert.Equal(Outcome.Granted, first.Outcome);

        LeaseDecision again = ledger.Request(Given.Lease(1, 100), Given.At(40));

        Assert.Equal(Outcome.Gone, again.Outcome);
        Assert.Equal(0, ledger.LeasedBytes.Total);
        Assert.Equal(100, ledger.GhostBytes);
    }

    [Fact]
    public void Request_RepeatedLateInTheLifeOfItsLease_LivesFromThen()
    {
        ContainerLedger ledger = Given.Container(1000);
        ledger.Request(Given.Lease(1, 100), Given.At(0));

        LeaseDecision again = ledger.Request(Given.Lease(1, 100), Given.At(25));
        ledger.Tick(Given.At(50));

        Assert.Equal(Outcome.Granted, again.Outcome);
        Assert.Equal(100, ledger.LeasedBytes.Total);
    }

    [Fact]
    public void Request_RepeatedAfterCancel_IsJudgedAnewAndChargedOnce()
    {
        ContainerLedger ledger = Given.Container(1000);
        LeaseDecision first = ledger.Request(Given.Lease(1, 100), Given.At(0));
        ledger.Cancel(Given.Id(1), Given.At(1));
        Assert.Equal(0, ledger.LeasedBytes.Total);

        LeaseDecision again = ledger.Request(Given.Lease(1, 100), Given.At(2));

        Assert.NotEqual(first.LeaseId, again.LeaseId);
        Assert.Equal(100, ledger.LeasedBytes.Total);
        ledger.Tick(Given.At(33));
        Assert.Equal(again.LeaseId, ledger.Request(Given.Lease(1, 100), Given.At(34)).LeaseId);
        Assert.Equal(100, ledger.LeasedBytes.Total);
    }

    [Fact]
    public void Request_ArrivingAfterItsSessionGaveItUp_IsNotGranted()
    {
        ContainerLedger ledger = Given.Container(1000);
        ledger.Open(Given.Open(1), Given.At(0));
        ledger.Exchange(Given.Exchange(ledger, 1, 0, 0) with { Cancelled = [Given.Id(9)] }, Given.At(0));

        LeaseDecision late = ledger.Request(Given.Lease(9, 100, session: Given.Id(1)), Given.At(1));

        Assert.Equal(Outcome.Refused, late.Outcome);
        Assert.Equal(0, ledger.LeasedBytes.Total);
    }

    [Fact]
    public void Request_WithoutAnId_IsInvalid() =>
        Assert.Equal(
            Outcome.Invalid,
            Given.Container(1000).Request(Given.Lease(0, 1) with { RequestId = Guid.Empty }, Given.At(0)).Outcome);

    [Fact]
    public void Request_WithPatienceWithoutEnd_WaitsAndBreaksNothing()
    {
        ContainerLedger ledger = Given.Container(0);

        LeaseDecision decision = ledger.Request(
            Given.Lease(1, 100) with { Patience = TimeSpan.MaxValue }, Given.At(0));

        Assert.Equal(Outcome.Waiting, decision.Outcome);
    }

    [Fact]
    public void Request_LargerThanTheLimit_IsRefusedAtOnceUnlessItMustSucceed()
    {
        ContainerLedger ledger = Given.Container(1000, Given.Rules with { LimitBytes = 500 });

        LeaseDecision ordinary = ledger.Request(Given.Lease(1, 600, Urgency.RiskyToFail), Given.At(0));
        LeaseDecision must = ledger.Request(Given.Lease(2, 600, Urgency.MustSucceed), Given.At(0));

        Assert.Equal(Outcome.Refused, ordinary.Outcome);
        Assert.Equal(TimeSpan.Zero, ordinary.RetryAfter);
        Assert.Equal(Outcome.Waiting, must.Outcome);
    }

    [Fact]
    public void Ordered_HigherUrgencyOnlyPassesThrough_IsServedBeforeALowerThatWaits()
    {
        ContainerLedger ledger = Given.Container(0);
        ledger.Request(Given.Lease(1, 80, Urgency.SafeToFail), Given.At(0));
        ledger.Request(Given.Lease(2, 80, Urgency.RiskyToFail, mayWait: false), Given.At(0));
        (_, long call) = ledger.CallHost(false, Given.At(0));

        ledger.Ordered(
            new AllotDecision(Outcome.Granted, ledger.Order + 1, 100, Given.Ttl, default, false),
            call,
            Given.At(99),
            Given.At(0));

        Settled settled = Assert.Single(ledger.TakeSettled());
        Assert.Equal(Given.Id(2), settled.RequestId);
        Assert.Equal(Outcome.Granted, settled.Decision.Outcome);
    }

    [Fact]
    public void Ordered_RequestsThatOnlyPassThrough_OvertakeAStuckOneABoundedNumberOfTimes()
    {
        ContainerLedger ledger = Given.Container(0);
        ledger.Request(Given.Lease(1, 900), Given.At(0));
        int overtook = 0;
        for (int i = 2; i < 40; i++)
        {
            ledger.Request(Given.Lease(i, 1, mayWait: false), Given.At(0));
            (_, long call) = ledger.CallHost(false, Given.At(0));
            ledger.Ordered(
                new AllotDecision(Outcome.Granted, ledger.Order + 1, i - 1, Given.Ttl, default, false),
                call,
                Given.At(99),
                Given.At(0));
            overtook += ledger.TakeSettled().Count(settled => settled.Decision.Outcome == Outcome.Granted);
        }

        Assert.Equal(ContainerLedger.MaxOvertakes, overtook);
    }

    [Fact]
    public void CallHost_FirstIsStuckOnItsOwnLimit_AsksTheHostForNothing()
    {
        ContainerLedger ledger = Given.Container(500, Given.Rules with { LimitBytes = 500 });
        ledger.Request(Given.Lease(1, 400), Given.At(0));
        ledger.Request(Given.Lease(2, 200, Urgency.MustSucceed), Given.At(0));

        (AllotCommand command, _) = ledger.CallHost(true, Given.At(0));

        Assert.Equal(default, command.WantBytes);
        Assert.Equal(default, command.LeastBytes);
    }

    [Fact]
    public void CallHost_WaitingWhileOthersWaitAtTheHost_HoldsNothingBack()
    {
        ContainerLedger ledger = Given.Container(150);
        ledger.Request(Given.Lease(1, 100), Given.At(0));
        ledger.Request(Given.Lease(2, 200), Given.At(0));
        Given.Allot(ledger, 150, othersWait: true);

        (AllotCommand command, _) = ledger.CallHost(false, Given.At(0));

        Assert.Equal(100, command.KeepBytes);
        Assert.Equal(200, command.WantBytes[Urgency.SafeToFail]);
        Assert.Equal(200, command.LeastBytes[Urgency.SafeToFail]);
    }

    [Fact]
    public void Request_ManyNamesUsedOnce_DoNotLockOutNewSubsystems()
    {
        ContainerLedger ledger = Given.Container(1000);
        for (int i = 0; i < ContainerLedger.MaxSubsystems; i++)
        {
            LeaseDecision lease = ledger.Request(
                Given.Lease(i + 1, 1) with { Subsystem = $"once-{i}" }, Given.At(0));
            ledger.Release(Given.Report(lease, ledger.Epoch, 1), Given.At(0));
        }

        LeaseDecision decision = ledger.Request(Given.Lease(5000, 1) with { Subsystem = "new" }, Given.At(0));

        Assert.Equal(Outcome.Granted, decision.Outcome);
        Assert.Equal(["new"], ledger.Subsystems.Select(book => book.Name));
    }

    [Fact]
    public void Renew_ByAnAuthorityThatCouldNotConfirmItself_PromisesNoLongerLife()
    {
        var ledger = new ContainerLedger(Given.Row(0), Given.Rules, Given.AuthorityLease, Given.At(0));
        ledger.Ordered(
            new AllotDecision(Outcome.Granted, 1, 1000, Given.Ttl, default, false), 0, Given.At(10), Given.At(0));
        LeaseDecision lease = ledger.Request(Given.Lease(1, 100), Given.At(0));

        LeaseDecision renewed = ledger.Renew(Given.Report(lease, ledger.Epoch, 100), Given.At(11));
        LeaseDecision repeated = ledger.Request(Given.Lease(1, 100), Given.At(11));
        ledger.Tick(Given.At(33));

        Assert.Equal(Outcome.Unavailable, renewed.Outcome);
        Assert.Equal(Outcome.Unavailable, repeated.Outcome);
        Assert.Equal(0, ledger.Leases);
    }

    [Fact]
    public void Observe_ReadingThatAnEarlierAuthorityAskedFor_FreesNoGhost()
    {
        ContainerLedger earlier = Given.Container(1000);
        long number = 0;
        for (int i = 0; i < 5000; i++)
        {
            number = earlier.Watch().Number;
        }

        var ledger = new ContainerLedger(Given.Row(0, epoch: 8), Given.Rules, Given.AuthorityLease, Given.At(0));
        Given.Allot(ledger, 1000);
        ledger.Request(Given.Lease(1, 100), Given.At(0));
        ledger.Tick(Given.At(40));

        ledger.Observe(new Reading { WatchNumber = number, HostRead = true }, Given.At(41));

        Assert.Equal(100, ledger.GhostBytes);
        ledger.Observe(Given.Reading(ledger), Given.At(42));
        Assert.Equal(0, ledger.GhostBytes);
    }

    [Fact]
    public void Release_ForgedIdOfALeaseOfThisEpoch_IsNotLearned()
    {
        ContainerLedger ledger = Given.Learning(1000);
        Given.Allot(ledger, 2000, now: Given.At(1));
        LeaseDecision held = ledger.Request(Given.Lease(1, 100), Given.At(1));
        ledger.Open(Given.Open(3), Given.At(1));
        LeaseDecision named = ledger.Request(Given.Lease(2, 100, session: Given.Id(3)), Given.At(1));

        Assert.Equal(Outcome.Gone, ledger.Renew(Given.Report(named, ledger.Epoch - 1, 100), Given.At(1)).Outcome);
        Assert.Equal(Outcome.Gone, ledger.Renew(Given.Report(held, ledger.Epoch, 99), Given.At(1)).Outcome);
        Assert.Empty(ledger.Audit());
    }
}
