using Xunit;

namespace Headroom.Core.Tests.Ledger;

/// <summary>A container that its owner gave 100 MiB, and lets Headroom raise to 200 for must-succeed.</summary>
public sealed class StoriesOfResize
{
    private const long Mi = 1L << 20;
    private const long Capacity = 1000 * Mi;
    private const long Own = 100 * Mi;
    private const long Most = 200 * Mi;

    // Half of the margin, which even must-succeed does not get.
    private const long Unseen = 5 * Mi;

    private static readonly ContainerRules Rules = Given.Rules with
    {
        LimitBytes = Capacity,
        HostCapacityBytes = Capacity,
        OwnLimitBytes = Own,
        ResizeMaxBytes = Most,
    };

    [Fact]
    public void MustSucceed_BeyondTheHardLimit_WaitsForARaisedOneAndIsGrantedWhenAReadingShowsIt()
    {
        ContainerLedger ledger = Container();
        Assert.Equal(Own, ledger.WantedHardLimitBytes);

        LeaseDecision answer = Must(ledger, 1, 150 * Mi);

        Assert.Equal(Outcome.Waiting, answer.Outcome);
        Assert.Equal((150 * Mi) + Unseen, ledger.WantedHardLimitBytes);
        Assert.Empty(ledger.TakeExhausted());

        // The word that it is in effect grants nothing.
        ledger.Resized(new ResizeReport((150 * Mi) + Unseen, null), Given.At(1));
        Ladder.Overdraft(ledger, Capacity);
        Assert.Empty(ledger.TakeSettled());

        Read(ledger, (150 * Mi) + Unseen, usage: 0, Given.At(1));
        Ladder.Overdraft(ledger, Capacity);

        LeaseDecision granted = Assert.Single(ledger.TakeSettled()).Decision;
        Assert.Equal((Outcome.Granted, Rung.Resize), (granted.Outcome, granted.Rung));
        Assert.Empty(ledger.Audit());
    }

    [Fact]
    public void RaisedLimit_OrdinaryUrgenciesDoNotReachIt()
    {
        ContainerLedger ledger = Container();
        Raise(ledger, 150 * Mi);
        Given.Allot(ledger, 300 * Mi, now: Given.At(1));

        Assert.Equal(90, ledger.LimitBytes / Mi);
        Assert.Equal(Outcome.Refused, ledger.Request(
            Given.Lease(2, 1, Urgency.Optional), Given.At(1)).Outcome);
    }

    [Theory]
    [InlineData(Most - Unseen - 1, Most)]
    [InlineData((150 * Mi) + 1, (151 * Mi) + Unseen)]
    public void WantedLimit_IsRoundedUpWithinWhatIsAllowed(long bytes, long wanted)
    {
        ContainerLedger ledger = Container();
        Must(ledger, 1, bytes);
        Assert.Equal(wanted, ledger.WantedHardLimitBytes);
    }

    [Fact]
    public void MustSucceed_MoreThanIsAllowed_GoesOnAtOnceAndSaysWhy()
    {
        ContainerLedger ledger = Container();

        Must(ledger, 1, Most - Unseen + 1);

        Assert.Equal(Own, ledger.WantedHardLimitBytes);
        Assert.Equal(Given.Id(1), Assert.Single(ledger.TakeExhausted()));
        Assert.Contains("the most that is allowed", ledger.Stand(Given.Id(1))!.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void ResizeIsRefused_ThoseThatWaitGoOnWithTheReasonAndOthersDoNotWaitForIt()
    {
        ContainerLedger ledger = Container();
        Must(ledger, 1, 150 * Mi);

        ledger.Resized(new ResizeReport((150 * Mi) + Unseen, "deferred: the node has no room now"), Given.At(1));

        Assert.Equal(Given.Id(1), Assert.Single(ledger.TakeExhausted()));
        LeaseDecision stand = ledger.Stand(Given.Id(1))!;
        Assert.Contains("deferred: the node has no room now", stand.Detail, StringComparison.Ordinal);
        Assert.Contains(stand.Rungs, rung => rung.Rung == Rung.Resize);
        LeaseDecision lent = ledger.Borrow(Command(1, 150 * Mi), Given.At(2));
        Assert.Equal((Outcome.Granted, Rung.Loan), (lent.Outcome, lent.Rung));
        Assert.Contains("deferred", lent.Detail, StringComparison.Ordinal);

        Must(ledger, 2, 120 * Mi, Given.At(3));
        Assert.Equal(Given.Id(2), Assert.Single(ledger.TakeExhausted()));
    }

    [Fact]
    public void ResizeIsRefused_ComesLaterAfterAll_ServesWhoStillWaits()
    {
        ContainerLedger ledger = Container();
        Must(ledger, 1, 150 * Mi);
        ledger.Resized(new ResizeReport((150 * Mi) + Unseen, "deferred"), Given.At(1));
        ledger.Resized(new ResizeReport((150 * Mi) + Unseen, null), Given.At(9));
        Read(ledger, (150 * Mi) + Unseen, usage: 0, Given.At(9));
        Ladder.Overdraft(ledger, Capacity);

        Assert.Equal(Outcome.Granted, Assert.Single(ledger.TakeSettled()).Decision.Outcome);
    }

    [Fact]
    public void NobodyAnswers_TheRequestGoesOnWhenItsTimeIsUp()
    {
        ContainerLedger ledger = Container();
        Must(ledger, 1, 150 * Mi);
        Assert.Equal(Rules.ResizeWithin, ledger.DueAt(Given.At(0)));

        ledger.Tick(Rules.ResizeWithin);

        Assert.Equal(Given.Id(1), Assert.Single(ledger.TakeExhausted()));
        Assert.Contains("not raised within 5 s", ledger.Stand(Given.Id(1))!.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void AnswerToAnEarlierWish_SaysNothing()
    {
        ContainerLedger ledger = Container();
        Must(ledger, 1, 150 * Mi);
        ledger.Resized(new ResizeReport(Own, "the pod is gone"), Given.At(1));
        Assert.Empty(ledger.TakeExhausted());
    }

    [Fact]
    public void HostHasNothing_NoLimitIsRaised()
    {
        ContainerLedger ledger = Container();
        Must(ledger, 1, 150 * Mi, hostHas: 100 * Mi);
        Assert.Equal(Own, ledger.WantedHardLimitBytes);
        Assert.Equal(Given.Id(1), Assert.Single(ledger.TakeExhausted()));
    }

    // Leases first, then the use that is seen, then the limit; and from the moment that it is to go back, nothing is
    // granted from it.
    [Fact]
    public void LeaseEnds_LimitGoesBackWhenTheMemoryIsSeenGoneForAWhile()
    {
        ContainerLedger ledger = Container();
        LeaseDecision lease = Raise(ledger, 150 * Mi);
        Read(ledger, (150 * Mi) + Unseen, usage: 140 * Mi, Given.At(2));
        ledger.Release(Given.Report(lease, ledger.Epoch, 150 * Mi), Given.At(3));
        Read(ledger, (150 * Mi) + Unseen, usage: 140 * Mi, Given.At(100));
        Assert.Equal((150 * Mi) + Unseen, ledger.WantedHardLimitBytes);

        Read(ledger, (150 * Mi) + Unseen, usage: 10 * Mi, Given.At(101));
        Read(ledger, (150 * Mi) + Unseen, usage: 10 * Mi, Given.At(129));
        Assert.Equal((150 * Mi) + Unseen, ledger.WantedHardLimitBytes);
        Read(ledger, (150 * Mi) + Unseen, usage: 10 * Mi, Given.At(131));
        Assert.Equal(Own, ledger.WantedHardLimitBytes);

        Must(ledger, 2, 120 * Mi, Given.At(132));
        Read(ledger, (150 * Mi) + Unseen, usage: 10 * Mi, Given.At(132));
        Ladder.Overdraft(ledger, Capacity);
        Assert.Empty(ledger.TakeSettled());
        Assert.Equal((120 * Mi) + Unseen + (10 * Mi), ledger.WantedHardLimitBytes);

        ledger.Resized(new ResizeReport((130 * Mi) + Unseen, null), Given.At(133));
        Ladder.Overdraft(ledger, Capacity);
        Assert.Equal(Outcome.Granted, Assert.Single(ledger.TakeSettled()).Decision.Outcome);
    }

    [Fact]
    public void Restart_WhileTheLimitIsRaised_ItStaysUntilWhatIsHeldIsKnown()
    {
        ContainerLedger ledger = Given.Learning(150 * Mi, Rules);
        Read(ledger, (150 * Mi) + Unseen, usage: 10 * Mi, Given.At(1));
        Assert.Equal((150 * Mi) + Unseen, ledger.WantedHardLimitBytes);

        // An earlier authority may have asked for it to go back: without a word of it nothing is granted from it.
        LeaseDecision answer = ledger.Request(Command(1, 100 * Mi), Given.At(1));
        Assert.Equal(Outcome.Waiting, answer.Outcome);
        ledger.Cancel(Given.Id(1), Given.At(1));
        for (int second = 2; second < 100; second++)
        {
            Read(ledger, (150 * Mi) + Unseen, usage: 10 * Mi, Given.At(second));
        }

        Assert.False(ledger.Learning);
        Assert.Equal(Own, ledger.WantedHardLimitBytes);
    }

    [Fact]
    public void OwnerChangesTheLimit_ItIsTheOwnersFromThenOn()
    {
        ContainerLedger ledger = Container();
        ledger.Change(Rules with { OwnLimitBytes = 50 * Mi }, Given.At(1));
        Assert.Equal(50 * Mi, ledger.WantedHardLimitBytes);
        ledger.Change(Rules with { ResizeMaxBytes = null }, Given.At(1));
        Assert.Null(ledger.WantedHardLimitBytes);
    }

    [Fact]
    public void LimitIsNotRead_NothingIsWantedAndTheOwnersHolds()
    {
        ContainerLedger ledger = Given.Container(0, Rules);
        Assert.Null(ledger.WantedHardLimitBytes);
        Assert.Equal(90, ledger.LimitBytes / Mi);
        Must(ledger, 1, 150 * Mi);
        Assert.Equal(Given.Id(1), Assert.Single(ledger.TakeExhausted()));
    }

    private static ContainerLedger Container()
    {
        ContainerLedger ledger = Given.Container(0, Rules);
        Read(ledger, Own, usage: 0, Given.At(0));
        return ledger;
    }

    private static LeaseDecision Raise(ContainerLedger ledger, long bytes)
    {
        Must(ledger, 1, bytes);
        ledger.Resized(new ResizeReport(bytes + Unseen, null), Given.At(0));
        Read(ledger, bytes + Unseen, usage: 0, Given.At(0));
        Ladder.Overdraft(ledger, Capacity);
        return Assert.Single(ledger.TakeSettled()).Decision;
    }

    private static LeaseCommand Command(int id, long bytes) => Given.Lease(id, bytes, Urgency.MustSucceed);

    // The host was asked for ordinary bytes, and for those of others, and had none.
    private static LeaseDecision Must(
        ContainerLedger ledger, int id, long bytes, TimeSpan now = default, long hostHas = Capacity)
    {
        LeaseDecision answer = ledger.Request(Command(id, bytes), now);
        while (ledger.NeedsHost)
        {
            Ladder.HostAnswers(ledger, available: 0, now, hostHas);
        }

        return answer;
    }

    private static void Read(ContainerLedger ledger, long limit, long usage, TimeSpan now) => ledger.Observe(
        Given.Reading(ledger) with { UsageBytes = usage, HardLimitBytes = limit }, now);
}
