using Xunit;

namespace Headroom.Core.Tests.Ledger;

/// <summary>One test for each fault that was found in sessions, learning and ghosts, named for it.</summary>
public sealed class ContainerLedgerSessionFaultTests
{
    [Fact]
    public void Learning_EarlierAuthorityGrantedUntilItsOwnLeaseEnded_OutlastsWhatItGrantedLast()
    {
        // Authority lease 10 s and life 30 s: what the earlier one renewed in its last moment lives until 40 s.
        ContainerLedger ledger = Given.Learning(1000);

        Assert.Equal(Outcome.Granted, ledger.Open(Given.Open(1, credit: 400), Given.At(41)));

        Assert.True(ledger.Learning);
        ledger.Tick(Given.At(44));
        Assert.False(ledger.Learning);
        Assert.Equal(400, ledger.CreditBytes);
        Assert.Equal(600, ledger.GhostBytes);
    }

    [Fact]
    public void Learning_JoiningTookLong_IsCountedFromItsAnswer()
    {
        var ledger = new ContainerLedger(
            Given.Row(1000), Given.Rules, Given.AuthorityLease, Given.At(0), joined: Given.At(20));

        ledger.Tick(Given.At(60));
        Assert.True(ledger.Learning);
        ledger.Tick(Given.At(64));
        Assert.False(ledger.Learning);
    }

    [Fact]
    public void Learning_TheWriteOfItsEpochTookLong_OutlastsAWholeLeaseOfTheEarlierAuthority()
    {
        // The host asked the store at 0 s and was answered at 8 s: of its own lease 2 s are left. The earlier authority
        // may have been confirmed at 7.9 s, for the whole of it.
        var ledger = new ContainerLedger(
            Given.Row(1000), Given.Rules, TimeSpan.FromSeconds(2), Given.At(0), joined: Given.At(8));

        ledger.Tick(Given.At(51));
        Assert.True(ledger.Learning);
        ledger.Tick(Given.At(52));
        Assert.False(ledger.Learning);
    }

    [Fact]
    public void Exchange_ByAnAuthorityThatCouldNotConfirmItself_DoesNotRenewTheSession()
    {
        var ledger = new ContainerLedger(Given.Row(0), Given.Rules, Given.AuthorityLease, Given.At(0));
        Assert.Equal(Outcome.Granted, ledger.Open(Given.Open(1), Given.At(0)));

        ExchangeDecision decision = ledger.Exchange(Given.Exchange(ledger, 1, 0, 0), Given.At(11));

        Assert.Equal(Outcome.Unavailable, decision.Outcome);
        Assert.Equal(Outcome.Unavailable, ledger.Open(Given.Open(1), Given.At(12)));
        Assert.Equal(Outcome.Unavailable, ledger.Open(Given.Open(2), Given.At(12)));
        ledger.Tick(Given.At(33));
        Assert.Equal(0, ledger.Sessions);
    }

    [Fact]
    public void Exchange_AfterAnotherActivationTookOver_IsFenced()
    {
        ContainerLedger ledger = Given.Container(1000);
        ledger.Open(Given.Open(1), Given.At(0));
        ledger.Ordered(
            new AllotDecision(Outcome.Fenced, 0, 0, TimeSpan.Zero, default, false), 1, Given.At(99), Given.At(1));

        Assert.Equal(Outcome.Fenced, ledger.Exchange(Given.Exchange(ledger, 1, 0, 0, 100), Given.At(1)).Outcome);
        Assert.Equal(Outcome.Fenced, ledger.Open(Given.Open(2), Given.At(1)));
    }

    [Fact]
    public void Exchange_LastFreeSubsystemNamedTwiceOver_IsInvalidAndChangesNothing()
    {
        ContainerLedger ledger = Given.Container(1000);
        for (int i = 0; i < ContainerLedger.MaxSubsystems - 1; i++)
        {
            ledger.Request(Given.Lease(i + 1, 1) with { Subsystem = $"s-{i}" }, Given.At(0));
        }

        ledger.Open(Given.Open(1), Given.At(0));

        ExchangeDecision decision = ledger.Exchange(
            Given.Exchange(ledger, 1, 0, 0) with
            {
                Holdings = [new SubsystemHolding("held", 0, default)],
                Wants = [new SubsystemWant("wanted", 1, Urgency.SafeToFail)],
            },
            Given.At(0));

        Assert.Equal(Outcome.Invalid, decision.Outcome);
        Assert.Equal(ContainerLedger.MaxSubsystems - 1, ledger.Subsystems.Count);
        Assert.Empty(ledger.Audit());
    }

    [Fact]
    public void Exchange_MustSucceedWantBeyondTheQuota_IsCutToIt()
    {
        ContainerLedger ledger = Given.Container(1000, Given.Rules with { MustSucceedQuotaBytes = 100 });
        ledger.Open(Given.Open(1), Given.At(0));

        ExchangeDecision decision = ledger.Exchange(
            Given.Exchange(ledger, 1, 0, 0) with { Wants = [new SubsystemWant("journal", 500, Urgency.MustSucceed)] },
            Given.At(0));

        Assert.Equal(100, Assert.Single(decision.Shares).TotalBytes);
    }

    [Fact]
    public void Exchange_WantsOfManySessionsThatTheHostCannotMeet_DoNotOverflow()
    {
        const long Huge = HostLedger.MaxCapacityBytes;
        ContainerLedger ledger = Given.Container(0, Given.Rules with { LimitBytes = Huge, HostCapacityBytes = Huge });
        ledger.Open(Given.Open(1), Given.At(0));
        for (int i = 0; i < 40_000; i++)
        {
            Assert.True(ledger.Exchange(Given.Exchange(ledger, 1, 0, 0, Huge), Given.At(0)).Unmet);
        }

        (AllotCommand command, _) = ledger.CallHost(false, Given.At(0));
        Assert.Equal(Huge, command.WantBytes.Total);
    }

    [Fact]
    public void Open_LateCopyOfASessionThatWasReplacedWhileLearning_IsNotReportedTwice()
    {
        ContainerLedger ledger = Given.Learning(1000);
        ledger.Open(Given.Open(2, credit: 600, replaces: 1), Given.At(1));
        ledger.Open(Given.Open(3, credit: 600, replaces: 2), Given.At(2));

        Assert.Equal(Outcome.StartAnew, ledger.Open(Given.Open(2, credit: 600, replaces: 1), Given.At(3)));
        Assert.Equal(Outcome.StartAnew, ledger.Open(Given.Open(1, credit: 600), Given.At(3)));

        Assert.Equal(400, ledger.UnreportedBytes);
        Assert.Equal(1, ledger.Sessions);
    }

    [Fact]
    public void Open_AsManySessionsAsThereMayBe_OneMayStillBeReplaced()
    {
        ContainerLedger ledger = Given.Container(1000);
        for (int i = 1; i <= ContainerLedger.MaxSessions; i++)
        {
            ledger.Open(Given.Open(i), Given.At(0));
        }

        Assert.Equal(Outcome.Unavailable, ledger.Open(Given.Open(20_000), Given.At(0)));
        Assert.Equal(Outcome.Granted, ledger.Open(Given.Open(20_000, replaces: 1), Given.At(0)));
    }

    [Fact]
    public void Observe_ReadingFromBeforeTheLapse_DoesNotShrinkTheGhost()
    {
        ContainerLedger ledger = Given.Container(1000);
        ledger.Open(Given.Open(1, process: 42), Given.At(0));
        ledger.Exchange(Given.Exchange(ledger, 1, 0, 0, 500), Given.At(0));

        // The reading begins while the process is still small; the session fills its credit, lapses, and then it
        // arrives.
        Reading early = Given.Reading(ledger, (Given.Id(1), 10));
        ledger.Tick(Given.At(40));
        ledger.Observe(early, Given.At(40));

        Assert.Equal(500, ledger.GhostBytes);
        ledger.Observe(Given.Reading(ledger, (Given.Id(1), 10)), Given.At(41));
        Assert.Equal(10, ledger.GhostBytes);
    }

    [Fact]
    public void Observe_LiveProcessThatGaveUpItsLapsedSession_GhostEndsAtTheNextReading()
    {
        ContainerLedger ledger = Given.Container(1000);
        ledger.Open(Given.Open(1, process: 42), Given.At(0));
        ledger.Exchange(Given.Exchange(ledger, 1, 0, 0, 500), Given.At(0));
        ledger.Tick(Given.At(40));
        ledger.Observe(Given.Reading(ledger, (Given.Id(1), 400)), Given.At(41));
        Assert.Equal(400, ledger.GhostBytes);

        Assert.Equal(
            Outcome.StartAnew, ledger.Open(Given.Open(2, credit: 500, replaces: 1, process: 42), Given.At(42)));
        ledger.Open(Given.Open(3, process: 42), Given.At(43));
        ledger.Observe(Given.Reading(ledger, (Given.Id(1), 9000), (Given.Id(3), 9000)), Given.At(44));

        Assert.Equal(0, ledger.GhostBytes);
    }

    [Fact]
    public void Expire_SessionThatHeldNothing_LeavesNoGhostBehind()
    {
        ContainerLedger ledger = Given.Container(1000);
        ledger.Open(Given.Open(1, process: 42), Given.At(0));
        ledger.Tick(Given.At(40));

        Assert.Empty(ledger.Watch().Processes);
        Assert.Equal(Outcome.Granted, ledger.Open(Given.Open(1), Given.At(41)));
    }

    [Fact]
    public void Observe_OldReadingAfterANewer_IsIgnored()
    {
        ContainerLedger ledger = Given.Container(1000);
        Reading old = Given.Reading(ledger) with { UsageBytes = 900, HardLimitBytes = 5 };
        ledger.Observe(Given.Reading(ledger) with { UsageBytes = 100, HardLimitBytes = 2000 }, Given.At(1));

        ledger.Observe(old, Given.At(2));

        Assert.Equal(100, ledger.UsageBytes);
        Assert.Equal(2000, ledger.HardLimitBytes);
    }
}
