using Xunit;

namespace Headroom.Core.Tests.Ledger;

public sealed class StoriesOfTheLastResort
{
    [Theory]
    [InlineData(LastResort.Fallback, SubsystemState.Fallback)]
    [InlineData(LastResort.ReadOnly, SubsystemState.ReadOnly)]
    [InlineData(LastResort.FailStop, SubsystemState.FailStop)]
    public void PatienceIsOver_TheRequestIsAnsweredAndTheSubsystemIsInThatState(
        LastResort lastResort, SubsystemState state)
    {
        ContainerLedger ledger = Full(lastResort);
        Stuck(ledger, 9, Given.At(0));

        ledger.Tick(Given.At(4.9));
        Assert.Empty(ledger.TakeSettled());
        Assert.Equal(Given.At(5), ledger.DueAt(Given.At(4.9)));
        ledger.Tick(Given.At(5));

        LeaseDecision answer = Assert.Single(ledger.TakeSettled()).Decision;
        Assert.Equal(
            (Outcome.LastResort, Rung.LastResort, state), (answer.Outcome, answer.Rung, answer.State));
        Assert.Equal(state, ledger.Find("journal")!.State);
        Assert.Equal(state, Assert.Single(ledger.TakeStateChanges()).State);
    }

    // Found by the simulation: a shell that ticks when something is due ticked without end until its store was back.
    [Fact]
    public void AuthorityIsNotConfirmed_NothingIsDueUntilItMayGrantAgain()
    {
        ContainerRules rules = Given.Rules with { LimitBytes = 100, MarginPercent = 0 };
        var ledger = new ContainerLedger(Given.Row(0), rules, Given.AuthorityLease, Given.At(0));
        ledger.Request(Given.Lease(9, 150, Urgency.MustSucceed), Given.At(0));
        (_, long call) = ledger.CallHost(false, Given.At(0));
        var nothing = new AllotDecision(Outcome.Granted, ledger.Order, 0, Given.At(3600), default, false);
        ledger.Ordered(nothing, call, Given.At(10), Given.At(0));
        ledger.Request(Given.Lease(9, 150, Urgency.MustSucceed) with { LoanTried = true }, Given.At(0));
        TimeSpan patience = SubsystemRow.DefaultLastResortAfter;

        Assert.Equal(patience, ledger.DueAt(Given.At(9)));
        Assert.Null(ledger.DueAt(Given.At(10)));
        ledger.Ordered(nothing, 0, Given.At(60), Given.At(11));
        Assert.Equal(patience, ledger.DueAt(Given.At(11)));
    }

    [Fact]
    public void LendersWereNotAskedYet_PatienceDoesNotEnd()
    {
        ContainerLedger ledger = Full(LastResort.ReadOnly);
        ledger.Request(Given.Lease(9, 50, Urgency.MustSucceed), Given.At(0));
        Ladder.HostAnswers(ledger, available: 0);

        ledger.Tick(Given.At(6));

        Assert.Empty(ledger.TakeSettled());
        Assert.Equal(SubsystemState.Normal, ledger.Find("journal")!.State);
    }

    [Fact]
    public void NextRequest_DoesNotHaveToBePatientAgain()
    {
        ContainerLedger ledger = Full(LastResort.ReadOnly);
        Stuck(ledger, 9, Given.At(0));
        ledger.Tick(Given.At(5));
        ledger.TakeSettled();

        Stuck(ledger, 10, Given.At(6));

        Assert.Equal(Outcome.LastResort, Assert.Single(ledger.TakeSettled()).Decision.Outcome);
    }

    [Fact]
    public void Wait_GoesOnAndComplainsAtGrowingIntervals()
    {
        ContainerLedger ledger = Full(LastResort.Wait);
        Stuck(ledger, 9, Given.At(0));

        var complaints = new List<double>();
        for (double second = 0; second < 40; second += 0.5)
        {
            Ask(ledger, 9, Given.At(second));
            ledger.Tick(Given.At(second));
            complaints.AddRange(ledger.TakeStateChanges().Select(_ => second));
        }

        Assert.Equal([5, 6, 7, 9, 13, 21, 37], complaints);
        Assert.Equal(1, ledger.WaitingAt(Urgency.MustSucceed));
        Assert.Equal(SubsystemState.Waiting, ledger.Find("journal")!.State);
    }

    [Fact]
    public void MemoryReturns_TheStateIsLifted()
    {
        ContainerLedger ledger = Full(LastResort.ReadOnly);
        Stuck(ledger, 9, Given.At(0));
        ledger.Tick(Given.At(5));
        ledger.TakeStateChanges();

        ledger.Cancel(Given.Id(1), Given.At(6));

        Assert.Equal(SubsystemState.Normal, ledger.Find("journal")!.State);
        Assert.Equal(SubsystemState.Normal, Assert.Single(ledger.TakeStateChanges()).State);
    }

    [Fact]
    public void TheWaitingRequestIsMet_TheStateIsLifted()
    {
        ContainerLedger ledger = Full(LastResort.Wait);
        Stuck(ledger, 9, Given.At(0));
        Ask(ledger, 9, Given.At(5));
        ledger.Tick(Given.At(5));
        Assert.Equal(SubsystemState.Waiting, ledger.Find("journal")!.State);

        ledger.Cancel(Given.Id(1), Given.At(6));

        Assert.Equal(Outcome.Granted, Assert.Single(ledger.TakeSettled()).Decision.Outcome);
        Assert.Equal(SubsystemState.Normal, ledger.Find("journal")!.State);
    }

    [Theory]
    [InlineData(50, SubsystemState.Normal)]
    [InlineData(49, SubsystemState.ReadOnly)]
    public void AnotherHostLendsAsMuch_TheStateIsLifted(long bytes, SubsystemState expected)
    {
        ContainerLedger ledger = Full(LastResort.ReadOnly);
        Stuck(ledger, 9, Given.At(0));
        ledger.Tick(Given.At(5));
        ledger.TakeStateChanges();
        LeaseCommand command = Given.Lease(10, bytes, Urgency.MustSucceed);
        ledger.Request(command, Given.At(6));

        Assert.Equal(Rung.Loan, ledger.Borrow(command, Given.At(6)).Rung);

        Assert.Equal(expected, ledger.Find("journal")!.State);
        Assert.Equal(expected == SubsystemState.Normal ? 1 : 0, ledger.TakeStateChanges().Count);
    }

    [Fact]
    public void Operator_LiftsItByHand()
    {
        ContainerLedger ledger = Full(LastResort.FailStop);
        Stuck(ledger, 9, Given.At(0));
        ledger.Tick(Given.At(5));

        ledger.Lift("journal", Given.At(6));

        Assert.Equal(SubsystemState.Normal, ledger.Find("journal")!.State);
    }

    [Fact]
    public void Clients_AreToldWithEveryExchange()
    {
        ContainerLedger ledger = Full(LastResort.ReadOnly);
        ledger.Open(Given.Open(1), Given.At(0));
        ledger.Exchange(Given.Exchange(ledger, 1, 0, 0, want: 0), Given.At(0));
        ExchangeCommand command = Given.Exchange(ledger, 1, 0, 0) with
        {
            Holdings = [new SubsystemHolding("journal", 0, default)],
        };
        ledger.Exchange(command, Given.At(0));
        Stuck(ledger, 9, Given.At(0));
        ledger.Tick(Given.At(5));

        Assert.Contains(Given.Id(1), ledger.TakeNudges());
        Assert.Equal(SubsystemState.ReadOnly, ledger.Exchange(command, Given.At(5)).Shares[0].State);
    }

    [Fact]
    public void Loan_ServesTheRequestAndBooksNoBytesHere()
    {
        ContainerLedger ledger = Full(LastResort.Wait);
        Stuck(ledger, 9, Given.At(0));
        LeaseCommand command = Given.Lease(9, 50, Urgency.MustSucceed);

        LeaseDecision borrowed = ledger.Borrow(command, Given.At(1));

        Assert.Equal((Outcome.Granted, Rung.Loan), (borrowed.Outcome, borrowed.Rung));
        Assert.Equal((100, 50, 150), (ledger.CommittedBytes, ledger.LoanBytes, ledger.MustSucceedOutstandingBytes));
        Assert.Equal(borrowed, ledger.Borrow(command, Given.At(1)));
        ledger.Release(
            Given.Report(borrowed, ledger.Epoch, 50) with { Urgency = Urgency.MustSucceed, Remote = true },
            Given.At(2));
        Assert.Equal((100, 0), (ledger.CommittedBytes, ledger.LoanBytes));
        Assert.Empty(ledger.Audit());
    }

    [Fact]
    public void Loan_TheRequestWasMetAtHomeMeanwhile_SaysSo()
    {
        ContainerLedger ledger = Full(LastResort.Wait);
        Stuck(ledger, 9, Given.At(0));
        ledger.Cancel(Given.Id(1), Given.At(1));

        LeaseDecision answer = ledger.Borrow(Given.Lease(9, 50, Urgency.MustSucceed), Given.At(1));

        Assert.Equal((Outcome.Granted, 0), (answer.Outcome, ledger.LoanBytes));
        Assert.NotEqual(Rung.Loan, answer.Rung);
    }

    // Found by the simulation (seed 5053): Refused would say that there is no memory (I5), with the loan in hand.
    [Fact]
    public void Loan_NobodyWaitsForIt_HasToBeAskedAnew()
    {
        ContainerLedger ledger = Full(LastResort.Wait);

        Assert.Equal(
            Outcome.Unavailable, ledger.Borrow(Given.Lease(9, 50, Urgency.MustSucceed), Given.At(1)).Outcome);
        Assert.Equal(0, ledger.LoanBytes);
    }

    // All of the container is leased at must-succeed: there is nothing to take back, and the host has nothing.
    private static ContainerLedger Full(LastResort lastResort)
    {
        var policy = new SubsystemRow("journal", Urgency.MustSucceed, 0, lastResort)
        {
            LastResortAfter = TimeSpan.FromSeconds(5),
        };
        ContainerLedger ledger = Given.Container(100, Given.Rules with
        {
            LimitBytes = 100,
            MarginPercent = 0,
            Policies = new Dictionary<string, SubsystemRow> { ["journal"] = policy },
        });
        Assert.Equal(
            Outcome.Granted, ledger.Request(Given.Lease(1, 100, Urgency.MustSucceed), Given.At(0)).Outcome);
        return ledger;
    }

    private static void Stuck(ContainerLedger ledger, int id, TimeSpan now)
    {
        Assert.Equal(
            Outcome.Waiting, ledger.Request(Given.Lease(id, 50, Urgency.MustSucceed), now).Outcome);
        Ladder.HostAnswers(ledger, available: 0, now);
        Ask(ledger, id, now);
    }

    private static void Ask(ContainerLedger ledger, int id, TimeSpan now) =>
        ledger.Request(Given.Lease(id, 50, Urgency.MustSucceed) with { LoanTried = true }, now);
}
