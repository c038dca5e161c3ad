using Xunit;

namespace Headroom.Core.Tests.Ledger;

/// <content>Holders that do not give back in time what is asked of them.</content>
public sealed partial class StoriesOfTheLadder
{
    [Fact]
    public void ClientDoesNotComply_IsMarkedAndTheRequestGoesOnToTheOverdraft()
    {
        ContainerLedger ledger = Given.Container(100);
        Hold(ledger, 1, new ByUrgency(100, 0, 0, 0));
        Must(ledger, 9, 30);
        Ladder.HostAnswers(ledger, available: 0);
        Report(ledger, 1, new ByUrgency(100, 0, 0, 0));

        ledger.Tick(Within + Given.At(0.1));
        Assert.Equal(1, ledger.OverdueSessions);
        Assert.Contains(ledger.TakeReclaims(), reclaimed => reclaimed.Step == ReclaimStep.Overdue);
        Assert.True(ledger.NeedsHost);
        (AllotCommand command, long call) = ledger.CallHost(false, Within + Given.At(0.1));
        Assert.Equal((30, 30), (command.OverdraftBytes, command.LeastOverdraftBytes));
        Ladder.Overdraw(ledger, call, 30, Within + Given.At(0.2));

        LeaseDecision granted = Assert.Single(ledger.TakeSettled()).Decision;
        Assert.Equal((Outcome.Granted, Rung.Overdraft), (granted.Outcome, granted.Rung));
        Assert.Empty(ledger.Audit());
    }

    // The request's patience runs from when it was asked, the holder's from when it heard of that.
    [Fact]
    public void ClientHeardAMomentLaterAndDoesNotComply_IsMarkedThoughTheRequestIsMetMeanwhile()
    {
        ContainerLedger ledger = Given.Container(100);
        Hold(ledger, 1, new ByUrgency(100, 0, 0, 0));
        Must(ledger, 9, 30);
        Ladder.HostAnswers(ledger, available: 0);
        Report(ledger, 1, new ByUrgency(100, 0, 0, 0), Given.At(0.1));

        ledger.Tick(Within);
        (_, long call) = ledger.CallHost(false, Within);
        Ladder.Overdraw(ledger, call, 30, Within);
        Assert.Equal(Outcome.Granted, Assert.Single(ledger.TakeSettled()).Decision.Outcome);
        Assert.Equal(0, ledger.OverdueSessions);

        ledger.Tick(Within + Given.At(0.1));

        Assert.Equal(1, ledger.OverdueSessions);
        Assert.Empty(ledger.Audit());
    }

    [Fact]
    public void MarkedSession_IsRefusedBelowMustSucceedUntilItHasComeDown()
    {
        ContainerLedger ledger = Given.Container(100);
        Hold(ledger, 1, new ByUrgency(60, 0, 0, 0));
        TimeSpan late = Marked(ledger, () => Report(ledger, 1, new ByUrgency(60, 0, 0, 0)));

        LeaseCommand more = Given.Lease(10, 5, Urgency.RiskyToFail, session: Given.Id(1));
        Assert.Equal((Outcome.Refused, "subsystem"), Refused(ledger.Request(more, late)));
        Assert.Equal(
            Outcome.Granted,
            ledger.Request(more with { RequestId = Given.Id(11), Urgency = Urgency.MustSucceed }, late).Outcome);

        Report(ledger, 1, new ByUrgency(10, 0, 0, 0), late);
        Assert.Equal(0, ledger.OverdueSessions);
        Assert.Equal(Outcome.Granted, ledger.Request(more with { RequestId = Given.Id(12) }, late).Outcome);
    }

    // It may hold what it cannot give: what it is refused for is over some time.
    [Fact]
    public void MarkedSession_NobodyWaitsForAWhile_IsRefusedNoMore()
    {
        ContainerLedger ledger = Given.Container(100);
        Hold(ledger, 1, new ByUrgency(60, 0, 0, 0));
        TimeSpan late = Marked(ledger, () => Report(ledger, 1, new ByUrgency(60, 0, 0, 0)));
        LeaseCommand more = Given.Lease(10, 5, Urgency.RiskyToFail, session: Given.Id(1));

        TimeSpan almost = late + Given.Rules.OverdueRest - Given.At(0.1);
        ledger.Tick(almost);
        Assert.Equal(1, ledger.OverdueSessions);
        Assert.Equal((Outcome.Refused, "subsystem"), Refused(ledger.Request(more, almost)));

        TimeSpan rested = late + Given.Rules.OverdueRest;
        ledger.Tick(rested);
        Assert.Equal(0, ledger.OverdueSessions);
        Assert.Contains(Given.Id(1), ledger.TakeNudges());
        Assert.Equal(Outcome.Granted, ledger.Request(more with { RequestId = Given.Id(11) }, rested).Outcome);
        Assert.Empty(ledger.Audit());
    }

    // Whoever waits keeps the mark, and whoever waits later asks it again.
    [Fact]
    public void MarkedSession_SomebodyWaitsAgain_StaysMarkedAndIsAskedAnewAfterwards()
    {
        ContainerLedger ledger = Given.Container(100);
        Hold(ledger, 1, new ByUrgency(60, 0, 0, 0));
        TimeSpan late = Marked(ledger, () => Report(ledger, 1, new ByUrgency(60, 0, 0, 0)));

        TimeSpan again = late + Given.At(3);
        Must(ledger, 12, 70, again);
        Ladder.HostAnswers(ledger, available: 0, again);
        ledger.Cancel(Given.Id(12), again);
        ledger.Tick(late + Given.Rules.OverdueRest);
        Assert.Equal(1, ledger.OverdueSessions);
        TimeSpan rested = again + Given.Rules.OverdueRest;
        ledger.Tick(rested);
        Assert.Equal(0, ledger.OverdueSessions);

        ledger.TakeNudges();
        Must(ledger, 13, 70, rested);
        Ladder.HostAnswers(ledger, available: 0, rested);
        Assert.Contains(Given.Id(1), ledger.TakeNudges());
        Assert.True(ledger.ReclaimingBytes > 0);
    }

    [Fact]
    public void MarkedLease_NobodyWaitsForAWhile_ItsSubsystemIsRefusedNoMore()
    {
        ContainerLedger ledger = Given.Container(100);
        LeaseDecision cache = ledger.Request(Given.Lease(1, 60, Urgency.Optional), Given.At(0));
        LeaseReport report = Given.Report(cache, ledger.Epoch, 60);
        TimeSpan late = Marked(ledger, () => ledger.Renew(report, Given.At(0)));
        LeaseCommand more = Given.Lease(10, 5, Urgency.RiskyToFail);
        Assert.Equal((Outcome.Refused, "subsystem"), Refused(ledger.Request(more, late)));

        TimeSpan rested = late + Given.Rules.OverdueRest;
        ledger.Tick(rested);

        Assert.Equal(Outcome.Granted, ledger.Request(more with { RequestId = Given.Id(11) }, rested).Outcome);
        Must(ledger, 13, 70, rested);
        Ladder.HostAnswers(ledger, available: 0, rested);
        Assert.Equal(60, ledger.ReclaimingBytes);
        ledger.Release(report, rested);
        Assert.Equal(0, ledger.ReclaimingBytes);
        Assert.Empty(ledger.Audit());
    }

    // Somebody waited for what the holder heard of and did not give, until that was given up. Returns when it was.
    private static TimeSpan Marked(ContainerLedger ledger, Action hears)
    {
        Must(ledger, 9, 70);
        Ladder.HostAnswers(ledger, available: 0);
        hears();
        TimeSpan late = Within + Given.At(0.1);
        ledger.Tick(late);
        ledger.Cancel(Given.Id(9), late);
        return late;
    }
}
