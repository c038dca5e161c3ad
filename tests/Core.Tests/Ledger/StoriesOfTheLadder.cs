using Xunit;

namespace Headroom.Core.Tests.Ledger;

public sealed partial class StoriesOfTheLadder
{
    private static readonly TimeSpan Within = Given.Rules.ReclaimWithin;

    [Fact]
    public void MustSucceed_OptionalLeasesOfASessionAreAskedBackAndServeIt()
    {
        ContainerLedger ledger = Given.Container(100);
        Hold(ledger, 1, new ByUrgency(60, 40, 0, 0));

        LeaseDecision answer = Must(ledger, 9, 50);
        Ladder.HostAnswers(ledger, available: 0);

        Assert.Equal(Outcome.Waiting, answer.Outcome);
        Assert.Equal(Given.Id(1), Assert.Single(ledger.TakeNudges()));
        ExchangeDecision told = Report(ledger, 1, new ByUrgency(60, 40, 0, 0));
        Assert.Equal((Urgency.SafeToFail, 10), Demand(told));

        Report(ledger, 1, new ByUrgency(10, 40, 0, 0));
        LeaseDecision granted = Assert.Single(ledger.TakeSettled()).Decision;
        Assert.Equal((Outcome.Granted, Rung.Reclaim), (granted.Outcome, granted.Rung));
        Assert.Equal(0, ledger.ReclaimingBytes);
        Assert.Empty(ledger.Audit());
    }

    [Fact]
    public void MustSucceed_LowestUrgencyIsTakenFirstFromAllSessions()
    {
        ContainerLedger ledger = Given.Container(100);
        Hold(ledger, 1, new ByUrgency(20, 30, 0, 0));
        Hold(ledger, 2, new ByUrgency(10, 0, 40, 0));

        Must(ledger, 9, 45);
        Ladder.HostAnswers(ledger, available: 0);

        Assert.Equal((Urgency.RiskyToFail, 15), Demand(Report(ledger, 1, new ByUrgency(20, 30, 0, 0))));
        Assert.Equal((Urgency.SafeToFail, 0), Demand(Report(ledger, 2, new ByUrgency(10, 0, 40, 0))));
    }

    [Fact]
    public void SecondRequest_WhatIsPendingIsNotAskedForAgain()
    {
        ContainerLedger ledger = Given.Container(100);
        Hold(ledger, 1, new ByUrgency(100, 0, 0, 0));

        Must(ledger, 8, 30);
        Ladder.HostAnswers(ledger, available: 0);
        Must(ledger, 9, 20);
        Ladder.HostAnswers(ledger, available: 0);

        Assert.Equal(50, ledger.ReclaimingBytes);
        Assert.Equal((Urgency.SafeToFail, 50), Demand(Report(ledger, 1, new ByUrgency(100, 0, 0, 0))));
    }

    [Fact]
    public void RequestIsGivenUp_NothingIsAskedAnyMore()
    {
        ContainerLedger ledger = Given.Container(100);
        Hold(ledger, 1, new ByUrgency(100, 0, 0, 0));
        Must(ledger, 9, 30);
        Ladder.HostAnswers(ledger, available: 0);
        ledger.TakeNudges();

        ledger.Cancel(Given.Id(9), Given.At(0.1));

        Assert.Equal(0, ledger.ReclaimingBytes);
        Assert.Equal(Given.Id(1), Assert.Single(ledger.TakeNudges()));
        Assert.Equal((Urgency.Optional, 0), Demand(Report(ledger, 1, new ByUrgency(100, 0, 0, 0))));
    }

    [Fact]
    public void RiskyToFail_LeavesLowerLevelsTheirFloorShare()
    {
        ContainerLedger ledger = Given.Container(1000);
        Hold(ledger, 1, new ByUrgency(200, 800, 0, 0));

        ledger.Request(Given.Lease(9, 500, Urgency.RiskyToFail), Given.At(0));
        Ladder.HostAnswers(ledger, available: 0);

        // 5 % of 1000 stay with each level: 150 of Optional, then 350 of SafeToFail.
        Assert.Equal((Urgency.RiskyToFail, 500), Demand(Report(ledger, 1, new ByUrgency(200, 800, 0, 0))));
    }

    [Fact]
    public void RiskyToFail_HostHasNothing_ItsNextCallAsksTheOthersAtOnce()
    {
        ContainerLedger ledger = Given.Container(100);
        ledger.Request(Given.Lease(9, 300, Urgency.RiskyToFail), Given.At(0));
        Ladder.HostAnswers(ledger, available: 0);

        Assert.True(ledger.NeedsHost);
        (AllotCommand command, _) = ledger.CallHost(false, Given.At(0));

        Assert.Equal(200, command.ReclaimBytes[Urgency.RiskyToFail]);
        Assert.False(ledger.NeedsHost);
    }

    [Fact]
    public void AllOfItWouldNotBeEnough_NobodyIsDisturbed()
    {
        ContainerLedger ledger = Given.Container(100, Given.Rules with { LimitBytes = 100 });
        Hold(ledger, 1, new ByUrgency(30, 0, 0, 70));

        Must(ledger, 9, 90);
        Ladder.HostAnswers(ledger, available: 0);

        Assert.Empty(ledger.TakeNudges());
        Assert.Equal(Given.Id(9), Assert.Single(ledger.TakeExhausted()));
    }

    [Fact]
    public void LeaseWithoutASession_IsAskedBackByItsRenewal()
    {
        ContainerLedger ledger = Given.Container(100);
        LeaseDecision cache = ledger.Request(Given.Lease(1, 100, Urgency.Optional), Given.At(0));
        Must(ledger, 9, 30);
        Ladder.HostAnswers(ledger, available: 0);

        LeaseReport report = Given.Report(cache, ledger.Epoch, 100);
        Assert.Equal((100, Within), Asked(ledger.Renew(report, Given.At(0.1))));
        ledger.Release(report, Given.At(0.2));

        Assert.Equal(Rung.Reclaim, Assert.Single(ledger.TakeSettled()).Decision.Rung);
    }

    [Fact]
    public void Overdraft_OrdinaryUrgenciesNeverUseItAndItIsRepaidFirst()
    {
        ContainerLedger ledger = Given.Container(100);
        ledger.Request(Given.Lease(1, 100, Urgency.RiskyToFail), Given.At(0));
        LeaseDecision must = Overdrawn(ledger, 9, 50);
        Assert.Equal((Rung.Overdraft, 50), (must.Rung, ledger.OverdraftBytes));

        ledger.Cancel(Given.Id(1), Given.At(2));
        Assert.Equal(Outcome.Granted, ledger.Request(Given.Lease(2, 50, Urgency.RiskyToFail), Given.At(2)).Outcome);
        Assert.NotEqual(Outcome.Granted, ledger.Request(Given.Lease(3, 1, Urgency.Optional), Given.At(2)).Outcome);

        (AllotCommand command, _) = ledger.CallHost(false, Given.At(2));
        Assert.Equal((100, 0), (command.KeepBytes, command.KeepOverdraftBytes));
    }

    [Fact]
    public void Overdraft_FirstIsTooLarge_SmallerOnesMayOvertakeItABoundedNumberOfTimes()
    {
        ContainerLedger ledger = Given.Container(100);
        ledger.Request(Given.Lease(1, 100, Urgency.MustSucceed), Given.At(0));
        Must(ledger, 9, 800);
        Ladder.Overdraft(ledger, available: 500);
        int overtook = 0;
        for (int id = 10; id < 40; id++)
        {
            Must(ledger, id, 10);
            Ladder.Overdraft(ledger, available: 500);
            Ladder.Overdraft(ledger, available: 500);
            overtook += ledger.TakeSettled().Count(settled => settled.Decision.Rung == Rung.Overdraft);
        }

        Assert.Equal(ContainerLedger.MaxOvertakes, overtook);
    }

    // The kernel kills at the last byte, and a reading does not have what was used since.
    [Theory]
    [InlineData(51, 50)]
    [InlineData(52, 0)]
    public void Overdraft_EndsHalfTheMarginBelowAHardLimitThatWasRead(long bytes, long overdraft)
    {
        ContainerRules rules = Given.Rules with { LimitBytes = 900, MarginPercent = 10 };
        ContainerLedger ledger = Given.Container(900, rules);
        ledger.Observe(
            new Reading { WatchNumber = ledger.Watch().Number, HardLimitBytes = 1000, UsageBytes = 0, HostRead = true },
            Given.At(0));
        ledger.Request(Given.Lease(1, 899, Urgency.MustSucceed), Given.At(0));

        Must(ledger, 9, bytes);

        Assert.Equal(overdraft == 0, ledger.TakeExhausted().Contains(Given.Id(9)));
        Assert.Equal(overdraft, ledger.CallHost(false, Given.At(0)).Command.OverdraftBytes);
    }

    [Fact]
    public void Restart_OverdraftCountsAsInUseWhileLearning()
    {
        ContainerRow row = Given.Row(100) with { OverdraftBytes = 30 };
        var ledger = new ContainerLedger(row, Given.Rules, Given.AuthorityLease, TimeSpan.Zero);

        Assert.Equal((130, 30), (ledger.CommittedBytes, ledger.OverdraftBytes));
        Assert.Equal(30, ledger.CallHost(true, Given.At(1)).Command.KeepOverdraftBytes);
    }

    [Fact]
    public void Host_AsksForAllotment_TheContainerTakesItFromItsClientsAndGivesItBack()
    {
        ContainerLedger ledger = Given.Container(100);
        Hold(ledger, 1, new ByUrgency(80, 20, 0, 0));

        Ladder.HostAsks(ledger, Urgency.MustSucceed, keep: 70);

        Assert.Equal((int)Urgency.MustSucceed, ledger.Gate);
        Assert.Equal((Urgency.SafeToFail, 50), Demand(Report(ledger, 1, new ByUrgency(80, 20, 0, 0))));
        Report(ledger, 1, new ByUrgency(50, 20, 0, 0));
        Assert.True(ledger.NeedsHost);
        Assert.Equal(70, ledger.CallHost(false, Given.At(0)).Command.KeepBytes);
    }

    [Fact]
    public void Host_AsksForAllotment_IdleCreditGoesThereThoughItsClientWantsItAgain()
    {
        ContainerLedger ledger = Given.Container(100);
        ledger.Open(Given.Open(1), Given.At(0));
        ledger.Exchange(Given.Exchange(ledger, 1, 0, 0, 80), Given.At(0));
        Ladder.HostAsks(ledger, Urgency.MustSucceed, keep: 20);

        ExchangeDecision asked = ledger.Exchange(Given.Exchange(ledger, 1, 1, 80), Given.At(0));
        Assert.Equal((2, 0), (asked.Order, asked.Shares[0].TotalBytes));
        ExchangeDecision again = ledger.Exchange(Given.Exchange(ledger, 1, 2, 0, 80), Given.At(0));

        Assert.True(again.Shares is [] or [{ TotalBytes: 0 }]);
        Assert.False(again.Unmet);
        Assert.Equal(20, ledger.CallHost(false, Given.At(0)).Command.KeepBytes);
    }

    private static LeaseDecision Overdrawn(ContainerLedger ledger, int id, long bytes)
    {
        Must(ledger, id, bytes);
        Ladder.HostAnswers(ledger, available: 0);

        // Nobody gives anything back in time.
        ledger.Tick(Within);
        (_, long call) = ledger.CallHost(false, Within);
        Ladder.Overdraw(ledger, call, bytes, Within);
        return ledger.TakeSettled().Single(settled => settled.RequestId == Given.Id(id)).Decision;
    }

    private static LeaseDecision Must(ContainerLedger ledger, int id, long bytes, TimeSpan now = default) =>
        ledger.Request(Given.Lease(id, bytes, Urgency.MustSucceed), now);

    private static void Hold(ContainerLedger ledger, int session, ByUrgency leased)
    {
        ledger.Open(Given.Open(session), Given.At(0));
        ExchangeDecision drawn = ledger.Exchange(
            Given.Exchange(ledger, session, 0, 0) with
            {
                Wants = [new SubsystemWant("journal", leased.Total, Urgency.SafeToFail)],
            },
            Given.At(0));
        Assert.Equal(leased.Total, drawn.Shares[0].TotalBytes);
        Report(ledger, session, leased);
    }

    // A client answers the current order at once, with what it has leased and no credit.
    private static ExchangeDecision Report(
        ContainerLedger ledger, int session, ByUrgency leased, TimeSpan now = default)
    {
        ExchangeCommand command = Given.Exchange(ledger, session, -1, 0) with
        {
            Holdings = [new SubsystemHolding("journal", 0, leased)],
        };
        ExchangeDecision current = ledger.Exchange(command, now);
        return ledger.Exchange(command with { Seen = current.Order }, now);
    }

    private static (Urgency Below, long Keep) Demand(ExchangeDecision decision) =>
        (decision.Shares[0].ReclaimBelow, decision.Shares[0].KeepBytes);

    private static (long Bytes, TimeSpan Within) Asked(LeaseDecision decision) =>
        (decision.ReclaimBytes, decision.ReclaimWithin);

    private static (Outcome Outcome, string? By) Refused(LeaseDecision decision) =>
        (decision.Outcome, decision.RefusedBy);
}
