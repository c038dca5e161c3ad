using Xunit;

namespace Headroom.Core.Tests.Ledger;

public sealed class ContainerLedgerTests
{
    // Limit 1000, floors 20, 10 and 5 percent of it; what is taken is leased already.
    [Theory]
    [InlineData(1000, 0, Urgency.Optional, 800, Outcome.Granted)]
    [InlineData(1000, 0, Urgency.Optional, 801, Outcome.Refused)]
    [InlineData(1000, 0, Urgency.SafeToFail, 900, Outcome.Granted)]
    [InlineData(1000, 0, Urgency.SafeToFail, 901, Outcome.Waiting)]
    [InlineData(1000, 0, Urgency.RiskyToFail, 950, Outcome.Granted)]
    [InlineData(1000, 0, Urgency.RiskyToFail, 951, Outcome.Waiting)]
    [InlineData(1000, 0, Urgency.MustSucceed, 1000, Outcome.Granted)]
    [InlineData(1000, 1, Urgency.MustSucceed, 1000, Outcome.Waiting)]
    [InlineData(500, 0, Urgency.MustSucceed, 500, Outcome.Granted)]
    [InlineData(500, 0, Urgency.MustSucceed, 501, Outcome.Waiting)]
    [InlineData(500, 500, Urgency.Optional, 1, Outcome.Waiting)]
    [InlineData(500, 500, Urgency.Optional, 301, Outcome.Refused)]
    [InlineData(1000, 0, Urgency.SafeToFail, 0, Outcome.Invalid)]
    [InlineData(1000, 0, Urgency.SafeToFail, -1, Outcome.Invalid)]
    [InlineData(1000, 0, Urgency.SafeToFail, 1001, Outcome.Invalid)]
    [InlineData(1000, 0, Urgency.SafeToFail, long.MaxValue, Outcome.Invalid)]
    [InlineData(1000, 0, (Urgency)4, 1, Outcome.Invalid)]
    public void Request_ByAllotmentUseAndUrgency_Is(
        long allotted, long taken, Urgency urgency, long bytes, Outcome expected)
    {
        ContainerLedger ledger = Given.Container(allotted, Given.Rules with { Floors = new FloorPolicy(20, 10, 5) });
        if (taken > 0)
        {
            ledger.Request(Given.Lease(1, taken, Urgency.MustSucceed), Given.At(0));
        }

        LeaseDecision decision = ledger.Request(Given.Lease(2, bytes, urgency), Given.At(0));

        Assert.Equal(expected, decision.Outcome);
        Assert.Equal(taken + (expected == Outcome.Granted ? bytes : 0), ledger.LeasedBytes.Total);
    }

    [Theory]
    [InlineData(Urgency.Optional, Urgency.SafeToFail, Outcome.UrgencyNotAllowed)]
    [InlineData(Urgency.SafeToFail, Urgency.SafeToFail, Outcome.Granted)]
    [InlineData(Urgency.RiskyToFail, Urgency.MustSucceed, Outcome.UrgencyNotAllowed)]
    [InlineData(Urgency.MustSucceed, Urgency.MustSucceed, Outcome.Granted)]
    public void Request_ByPolicy_Is(Urgency allowed, Urgency asked, Outcome expected)
    {
        ContainerLedger ledger = Given.Container(
            1000,
            Given.Rules with
            {
                Policies = new Dictionary<string, SubsystemRow>
                {
                    ["journal"] = new("journal", allowed, 0, LastResort.Wait),
                },
            });

        Assert.Equal(expected, ledger.Request(Given.Lease(1, 1, asked), Given.At(0)).Outcome);
    }

    [Theory]
    [InlineData(0, 100, Outcome.Granted)]
    [InlineData(0, 101, Outcome.QuotaExceeded)]
    [InlineData(60, 40, Outcome.Granted)]
    [InlineData(60, 41, Outcome.QuotaExceeded)]
    public void Request_MustSucceedWithAQuotaOf100_Is(long held, long bytes, Outcome expected)
    {
        ContainerLedger ledger = Given.Container(1000, Given.Rules with { MustSucceedQuotaBytes = 100 });
        if (held > 0)
        {
            ledger.Request(Given.Lease(1, held, Urgency.MustSucceed), Given.At(0));
        }

        Assert.Equal(expected, ledger.Request(Given.Lease(2, bytes, Urgency.MustSucceed), Given.At(0)).Outcome);
    }

    [Fact]
    public void Request_WaitingOnes_CountAgainstTheQuota()
    {
        ContainerLedger ledger = Given.Container(0, Given.Rules with { MustSucceedQuotaBytes = 100 });
        ledger.Request(Given.Lease(1, 50, Urgency.MustSucceed), Given.At(0));
        ledger.Request(Given.Lease(2, 50, Urgency.MustSucceed, mayWait: false), Given.At(0));

        Assert.Equal(
            Outcome.QuotaExceeded, ledger.Request(Given.Lease(3, 1, Urgency.MustSucceed), Given.At(0)).Outcome);
    }

    [Theory]
    [InlineData(11, Urgency.SafeToFail, "journal", Outcome.Conflict)]
    [InlineData(10, Urgency.RiskyToFail, "journal", Outcome.Conflict)]
    [InlineData(10, Urgency.SafeToFail, "cache", Outcome.Conflict)]
    [InlineData(10, Urgency.SafeToFail, "journal", Outcome.Granted)]
    public void Request_SameIdWithContent_Is(long bytes, Urgency urgency, string subsystem, Outcome expected)
    {
        ContainerLedger ledger = Given.Container(1000);
        LeaseDecision first = ledger.Request(Given.Lease(1, 10), Given.At(0));

        LeaseDecision again = ledger.Request(
            Given.Lease(1, bytes, urgency, mayWait: false) with { Subsystem = subsystem, Patience = Given.At(1) },
            Given.At(1));

        Assert.Equal(expected, again.Outcome);
        Assert.Equal(10, ledger.LeasedBytes.Total);
        Assert.Equal(expected == Outcome.Granted ? first.LeaseId : 0, again.LeaseId);
    }

    // The session drew 100 bytes with order 1.
    [Theory]
    [InlineData(1, 40, 40)]
    [InlineData(1, 0, 0)]
    [InlineData(1, 100, 100)]
    [InlineData(1, 150, 100)]
    [InlineData(0, 0, 100)]
    [InlineData(2, 40, 100)]
    public void Exchange_SayingWhatItKeeps_LowersOnlyOnTheCurrentOrder(long seen, long keep, long expected)
    {
        ContainerLedger ledger = Given.Container(1000);
        ledger.Open(Given.Open(1), Given.At(0));
        ledger.Exchange(Given.Exchange(ledger, 1, 0, 0, 100), Given.At(0));

        ExchangeDecision decision = ledger.Exchange(Given.Exchange(ledger, 1, seen, keep), Given.At(0));

        Assert.Equal(expected, ledger.CreditBytes);
        Assert.Equal(1, decision.Order);
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(long.MaxValue, 0)]
    [InlineData(0, long.MaxValue)]
    [InlineData(0, long.MinValue)]
    public void Exchange_AmountsThatWouldOverflow_AreInvalidAndChangeNothing(long credit, long leased)
    {
        ContainerLedger ledger = Given.Container(1000);
        ledger.Open(Given.Open(1), Given.At(0));
        ledger.Exchange(Given.Exchange(ledger, 1, 0, 0, 100), Given.At(0));

        ExchangeDecision decision = ledger.Exchange(
            Given.Exchange(ledger, 1, 1, 0) with
            {
                Holdings = [new SubsystemHolding("journal", credit, new ByUrgency(leased, leased, leased, leased))],
            },
            Given.At(0));

        Assert.Equal(Outcome.Invalid, decision.Outcome);
        Assert.Equal(100, ledger.CreditBytes);
        Assert.Empty(ledger.Audit());
    }

    // A mark of 1000 of which 600 were reported by a session, and one lease of an earlier epoch.
    [Theory]
    [InlineData(400, 10, Outcome.Granted)]
    [InlineData(401, 10, Outcome.Gone)]
    [InlineData(0, 10, Outcome.Gone)]
    [InlineData(400, 43, Outcome.Granted)]
    [InlineData(400, 44, Outcome.Gone)]
    public void Renew_LeaseOfAnEarlierEpoch_IsBelievedWithinTheMarkWhileLearning(long bytes, int at, Outcome expected)
    {
        ContainerLedger ledger = Given.Learning(1000);
        ledger.Open(Given.Open(1, credit: 600), Given.At(0));
        ledger.Open(Given.Open(1, credit: 600), Given.At(30));

        LeaseReport report = new((3L << 36) + 1, 3, "journal", bytes, Urgency.SafeToFail, Given.Ttl);

        Assert.Equal(expected, ledger.Renew(report, Given.At(at)).Outcome);
        Assert.Empty(ledger.Audit());
    }

    [Fact]
    public void Release_LeaseOfAnEarlierEpochTwice_CountsOnceAndOnlyAfterLearning()
    {
        ContainerLedger ledger = Given.Learning(1000);
        LeaseReport report = new((3L << 36) + 1, 3, "journal", 400, Urgency.SafeToFail, Given.Ttl);
        ledger.Release(report, Given.At(1));
        ledger.Release(report, Given.At(2));
        Assert.Equal(Outcome.Gone, ledger.Renew(report, Given.At(3)).Outcome);

        Assert.Equal(1000, ledger.CommittedBytes);
        Assert.Equal(600, ledger.UnreportedBytes);
        ledger.Tick(Given.At(50));
        Assert.Equal(600, ledger.CommittedBytes);
    }

    [Fact]
    public void Learning_WhatIsHeldBeyondTheBase_IsAllThatCounts()
    {
        ContainerLedger ledger = Given.Learning(500);
        Given.Allot(ledger, 700);
        ledger.Open(Given.Open(1, credit: 300), Given.At(0));
        Assert.Equal(500, ledger.CommittedBytes);

        ledger.Exchange(Given.Exchange(ledger, 1, 0, 300, 450), Given.At(0));
        Assert.Equal(650, ledger.CommittedBytes);

        ledger.Exchange(Given.Exchange(ledger, 1, 1, 100), Given.At(0));
        Assert.Equal(500, ledger.CommittedBytes);

        // The base has fallen to what was kept: what is drawn again is new.
        ledger.Exchange(Given.Exchange(ledger, 1, 1, 100, 200), Given.At(20));
        Assert.Equal(600, ledger.CommittedBytes);

        ledger.Tick(Given.At(44));
        Assert.Equal(200 + 200, ledger.CommittedBytes);
        Assert.Empty(ledger.Audit());
    }

    [Fact]
    public void Press_High_ClosesOptionalAndTheGate()
    {
        ContainerLedger ledger = Given.Container(1000, Given.Rules with { Floors = new FloorPolicy(10, 5, 2) });

        ledger.Press(PressureLevel.High, Given.At(0));

        Assert.Equal(Outcome.Refused, ledger.Request(Given.Lease(1, 1, Urgency.Optional), Given.At(0)).Outcome);
        Assert.Equal(1, ledger.Gate);
    }

    // Readings between two rounds are for containers that have less left than the margin.
    [Theory]
    [InlineData(399, false)]
    [InlineData(401, true)]
    public void IsNearHardLimit_LessThanTheMarginIsLeftWithinTheLimit(long usage, bool near)
    {
        ContainerLedger ledger = Given.Container(0);
        Assert.False(ledger.IsNearHardLimit);

        ledger.Observe(Given.Reading(ledger) with { UsageBytes = usage, HardLimitBytes = 500 }, Given.At(0));

        Assert.Equal(near, ledger.IsNearHardLimit);
    }

    [Fact]
    public void Observe_BetweenTwoReadings_OnlyRaisesWhatIsUntracked()
    {
        ContainerLedger ledger = Given.Container(0);
        Reading reading = Given.Reading(ledger) with { UsageBytes = 100, HardLimitBytes = 500 };
        ledger.Observe(reading, Given.At(0));

        ledger.Observe(reading with { UsageBytes = 200, Between = true }, Given.At(0.1));
        Assert.Equal(200, ledger.UntrackedBytes);
        ledger.Observe(reading with { UsageBytes = 50, Between = true }, Given.At(0.2));
        Assert.Equal(200, ledger.UntrackedBytes);
        ledger.Observe(reading with { UsageBytes = 50 }, Given.At(1));
        Assert.Equal(50, ledger.UntrackedBytes);
    }

    [Fact]
    public void Observe_HardLimit_WithholdsTheMargin()
    {
        ContainerLedger ledger = Given.Container(1000);

        ledger.Observe(Given.Reading(ledger) with { UsageBytes = 0, HardLimitBytes = 500 }, Given.At(0));

        Assert.Equal(450, ledger.LimitBytes);
    }
}
