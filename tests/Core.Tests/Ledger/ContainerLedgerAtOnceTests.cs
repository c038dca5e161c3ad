using Xunit;

namespace Headroom.Core.Tests.Ledger;

/// <summary>First attempts: granted at once or not, several in one message.</summary>
public sealed class ContainerLedgerAtOnceTests
{
    private readonly ContainerLedger _ledger = Given.Container(1000);

    public ContainerLedgerAtOnceTests() => _ledger.Open(Given.Open(9), Given.At(0));

    [Fact]
    public void TryAcquire_Several_EachIsDecidedByItself()
    {
        IReadOnlyList<LeaseDecision> decisions = Try(Ask(1, 600), Ask(2, 500), Ask(3, 400), Ask(4, 0));

        Assert.Equal(
            [Outcome.Granted, Outcome.Waiting, Outcome.Granted, Outcome.Invalid],
            decisions.Select(decision => decision.Outcome));
        Assert.Equal(1000, _ledger.LeasedBytes[Urgency.SafeToFail]);
        Assert.NotEqual(decisions[0].LeaseId, decisions[2].LeaseId);
    }

    [Fact]
    public void TryAcquire_NotAtOnce_HoldsNoPlaceUntilItIsAskedCarefully()
    {
        Try(Ask(1, 1000));

        Try(Ask(2, 10));
        Assert.Equal((0, false), (_ledger.Unanswered, _ledger.NeedsHost));

        Assert.Equal(Outcome.Waiting, _ledger.Request(Ask(2, 10) with { Number = 0 }, Given.At(0)).Outcome);
        Assert.Equal(1, _ledger.Unanswered);
        Assert.Equal(Outcome.Waiting, Assert.Single(Try(Ask(2, 10))).Outcome);
        Assert.Equal(1, _ledger.Unanswered);
    }

    [Fact]
    public void TryAcquire_HigherUrgencyWaits_IsNotGranted()
    {
        Try(Ask(1, 950));
        _ledger.Request(Given.Lease(2, 100, Urgency.RiskyToFail, session: Given.Id(9)), Given.At(0));

        Assert.Equal(
            [Outcome.Waiting, Outcome.Granted],
            Try(Ask(3, 10), Ask(4, 10, Urgency.MustSucceed)).Select(decision => decision.Outcome));
    }

    [Fact]
    public void TryAcquire_FloorsPolicyAndQuota_Hold()
    {
        ContainerRules rules = Given.Rules with
        {
            Floors = new FloorPolicy(20, 10, 5),
            MustSucceedQuotaBytes = 100,
            Policies = new Dictionary<string, SubsystemRow>
            {
                ["cache"] = new("cache", Urgency.Optional, 0, LastResort.Wait),
            },
        };
        ContainerLedger ledger = Given.Container(1000, rules);
        ledger.Open(Given.Open(9), Given.At(0));

        Assert.Equal(
            [Outcome.Waiting, Outcome.UrgencyNotAllowed, Outcome.QuotaExceeded, Outcome.Granted],
            ledger.TryAcquire(
                Message(
                    ledger,
                    0,
                    Ask(1, 801, Urgency.Optional),
                    Ask(2, 10) with { Subsystem = "cache" },
                    Ask(3, 101, Urgency.MustSucceed),
                    Ask(4, 900)),
                Given.At(0)).Select(decision => decision.Outcome));
    }

    [Fact]
    public void TryAcquire_Repeated_FirstAnswersAndChargedOnce()
    {
        LeaseDecision[] first = [.. Try(Ask(1, 100), Ask(2, 200))];

        LeaseDecision[] again = [.. Try(Ask(1, 100), Ask(2, 200))];

        Assert.Equal(first.Select(one => one.LeaseId), again.Select(one => one.LeaseId));
        Assert.Equal(300, _ledger.LeasedBytes.Total);
        Assert.Equal(Outcome.Conflict, Assert.Single(Try(Ask(1, 101))).Outcome);
        Assert.Equal(
            first[0].LeaseId, _ledger.Request(Ask(1, 100) with { Number = 0 }, Given.At(0)).LeaseId);
    }

    [Fact]
    public void TryAcquire_LateCopyOfOneThatIsOver_IsGoneThoughNothingIsRemembered()
    {
        LeaseDecision lease = Assert.Single(Try(Ask(1, 100)));
        Release(settled: 1, lease);

        Assert.Equal(0, _ledger.Remembered);
        Assert.Equal(Outcome.Gone, Assert.Single(Try(Ask(1, 100))).Outcome);
        Assert.Equal(0, _ledger.LeasedBytes.Total);
    }

    [Fact]
    public void TryAcquire_LateCopyOfOneThatNeverArrived_IsGone()
    {
        _ledger.TryAcquire(Message(_ledger, settled: 1, Ask(2, 100)), Given.At(0));

        Assert.Equal(Outcome.Gone, Assert.Single(Try(Ask(1, 100))).Outcome);
        Assert.Equal(100, _ledger.LeasedBytes.Total);
    }

    [Fact]
    public void TryAcquire_OneBeforeItIsStillOpen_IsRememberedForAWhile()
    {
        LeaseDecision lease = Assert.Single(Try(Ask(2, 100)));
        Release(settled: 0, lease);

        Assert.Equal(lease.LeaseId, Assert.Single(Try(Ask(2, 100))).LeaseId);
        Assert.Equal(0, _ledger.LeasedBytes.Total);
        _ledger.Tick(Given.At(0) + ContainerLedger.RequestMemory);
        Assert.Equal(0, _ledger.Remembered);
    }

    [Fact]
    public void TryAcquire_AskedCarefullyAfterwards_IsRememberedForAWhile()
    {
        LeaseDecision lease = Assert.Single(Try(Ask(1, 100)));
        LeaseCommand careful = Ask(1, 100) with { Number = 0 };
        _ledger.Request(careful, Given.At(0));
        Release(settled: 1, lease);

        Assert.Equal(lease.LeaseId, _ledger.Request(careful, Given.At(0)).LeaseId);
        Assert.Equal(0, _ledger.LeasedBytes.Total);
    }

    [Fact]
    public void TryAcquire_GivenUpBefore_IsRefused()
    {
        _ledger.Exchange(
            Given.Exchange(_ledger, 9, seen: 0, credit: 0) with { Cancelled = [Given.Id(1)] }, Given.At(0));

        Assert.Equal(Outcome.Refused, Assert.Single(Try(Ask(1, 100))).Outcome);
    }

    [Fact]
    public void TryAcquire_LoanOfAnEarlierAnswer_IsToBeAskedForCarefully()
    {
        Try(Ask(1, 1000));
        LeaseCommand careful = Ask(2, 10, Urgency.MustSucceed) with { Number = 0 };
        _ledger.Request(careful, Given.At(0));
        Assert.Equal(Rung.Loan, _ledger.Borrow(careful, Given.At(0)).Rung);

        Assert.Equal(Outcome.Waiting, Assert.Single(Try(Ask(2, 10, Urgency.MustSucceed))).Outcome);
    }

    [Theory]
    [InlineData(8, 0, Outcome.RegisterAgain)]
    [InlineData(9, 1, Outcome.RegisterAgain)]
    [InlineData(9, 0, Outcome.Granted)]
    public void TryAcquire_BySessionAndEpoch_Is(int session, long otherEpoch, Outcome expected)
    {
        LeaseCommand ask = Ask(1, 100) with { Session = Given.Id(session) };
        TryAcquireCommand message = Message(_ledger, 0, ask) with
        {
            Session = Given.Id(session),
            Epoch = _ledger.Epoch - otherEpoch,
        };

        Assert.Equal(expected, Assert.Single(_ledger.TryAcquire(message, Given.At(0))).Outcome);
    }

    [Fact]
    public void TryAcquire_ForAnotherSession_IsInvalid()
    {
        _ledger.Open(Given.Open(8), Given.At(0));

        Assert.Equal(Outcome.Invalid, Assert.Single(Try(Ask(1, 100) with { Session = Given.Id(8) })).Outcome);
        Assert.Equal(0, _ledger.LeasedBytes.Total);
    }

    [Fact]
    public void TryAcquire_TooMany_NothingIsGranted()
    {
        LeaseCommand[] asks = [.. Enumerable.Range(1, ContainerLedger.MaxRequestsAtOnce + 1).Select(id => Ask(id, 1))];

        Assert.All(Try(asks), decision => Assert.Equal(Outcome.Invalid, decision.Outcome));
        Assert.Equal(0, _ledger.LeasedBytes.Total);
    }

    [Fact]
    public void TryAcquire_AuthorityLeaseOver_IsUnavailable()
    {
        var ledger = new ContainerLedger(Given.Row(0), Given.Rules, Given.AuthorityLease, TimeSpan.Zero);
        ledger.Open(Given.Open(9), Given.At(0));

        Assert.Equal(
            Outcome.Unavailable,
            Assert.Single(ledger.TryAcquire(Message(ledger, 0, Ask(1, 1)), Given.AuthorityLease)).Outcome);
    }

    private static LeaseCommand Ask(int number, long bytes, Urgency urgency = Urgency.SafeToFail) =>
        Given.Lease(number, bytes, urgency, session: Given.Id(9)) with { Number = number };

    private static TryAcquireCommand Message(ContainerLedger ledger, long settled, params LeaseCommand[] asks) => new()
    {
        Session = Given.Id(9),
        Epoch = ledger.Epoch,
        Settled = settled,
        Requests = asks,
    };

    private IReadOnlyList<LeaseDecision> Try(params LeaseCommand[] asks)
    {
        IReadOnlyList<LeaseDecision> decisions = _ledger.TryAcquire(Message(_ledger, 0, asks), Given.At(0));
        Assert.Empty(_ledger.Audit());
        return decisions;
    }

    private void Release(long settled, LeaseDecision lease) => _ledger.Exchange(
        Given.Exchange(_ledger, 9, seen: 0, credit: 0) with { Released = [lease.LeaseId], Settled = settled },
        Given.At(0));
}
