using Xunit;

namespace Headroom.Core.Tests.Ledger;

/// <summary>
/// An older activation that goes on beside the newer one for as long as it may; found by docs/model/lease.pml.
/// </summary>
public sealed class StoriesOfTwoAuthorities
{
    [Fact]
    public void OlderEndsAHolderThatTheNewerKnows_WhatWasSeenUnusedIsNotGivenAway()
    {
        ContainerLedger older = Older(out ContainerLedger newer);
        older.Open(Given.Open(1, process: 50), Given.At(0));
        older.Exchange(Given.Exchange(older, 1, 0, 0, 100), Given.At(0));

        // The older is confirmed until 34 s, a moment before the newer takes over; the client changes to that. All that
        // it holds is credit, of which nothing is resident.
        Confirm(older, Given.At(24));
        older.Open(Given.Open(3), Given.At(25));
        newer.Open(Given.Open(2, credit: 100, replaces: 1, process: 50), Given.At(25));
        older.Tick(Given.At(33.5));
        Assert.Equal(100, older.GhostBytes);
        older.Observe(Given.Reading(older, (Given.Id(1), 10)), Given.At(33.6));

        ExchangeDecision other = older.Exchange(Given.Exchange(older, 3, 0, 0, 90), Given.At(33.7));

        Assert.Equal(Outcome.Granted, other.Outcome);
        Assert.Equal(0, other.Shares[0].TotalBytes);
        Assert.Equal(100, older.GhostBytes);
    }

    [Fact]
    public void LapsedHolder_AuthorityConfirmedSince_IsFreeAsFarAsItIsSeenGone()
    {
        ContainerLedger ledger = Older(out _);
        ledger.Open(Given.Open(1, process: 50), Given.At(0));
        ledger.Exchange(Given.Exchange(ledger, 1, 0, 0, 100), Given.At(0));
        Confirm(ledger, Given.At(24));
        ledger.Tick(Given.At(33.5));

        Confirm(ledger, Given.At(33.6));
        ledger.Observe(Given.Reading(ledger, (Given.Id(1), 10)), Given.At(33.7));

        Assert.Equal(10, ledger.GhostBytes);
    }

    [Fact]
    public void LapsedHolderWithoutAWitness_AuthorityNotConfirmedSince_StaysCharged()
    {
        ContainerLedger ledger = Older(out _);
        ledger.Open(Given.Open(1), Given.At(0));
        ledger.Exchange(Given.Exchange(ledger, 1, 0, 0, 60), Given.At(0));
        ledger.Request(Given.Lease(9, 40) with { Ttl = Given.Ttl }, Given.At(0));
        Confirm(ledger, Given.At(24));
        ledger.Tick(Given.At(33.5));

        ledger.Observe(Given.Reading(ledger), Given.At(33.6));
        Assert.Equal(100, ledger.GhostBytes);

        Confirm(ledger, Given.At(33.7));
        ledger.Observe(Given.Reading(ledger), Given.At(33.8));
        Assert.Equal(0, ledger.GhostBytes);
    }

    [Fact]
    public void ProcessOfALapsedHolderHasEnded_ItsBytesAreFreeWhoeverIsTheAuthority()
    {
        ContainerLedger ledger = Older(out _);
        ledger.Open(Given.Open(1, process: 50), Given.At(0));
        ledger.Exchange(Given.Exchange(ledger, 1, 0, 0, 100), Given.At(0));
        Confirm(ledger, Given.At(24));
        ledger.Tick(Given.At(33.5));

        ledger.Observe(Given.Reading(ledger, (Given.Id(1), 0)), Given.At(33.6));

        Assert.Equal(0, ledger.GhostBytes);
    }

    [Fact]
    public void HolderReportedToTheNewerAndGaveBackToTheOlder_ItsReportCoversNothingNew()
    {
        ContainerLedger older = Older(out ContainerLedger newer);
        older.Open(Given.Open(1), Given.At(0));
        older.Exchange(Given.Exchange(older, 1, 0, 0, 100), Given.At(0));
        older.Open(Given.Open(5), Given.At(0));

        // One copy of its opening reaches the newer; that of which the answer comes first, the older. There it gives
        // all back, and somebody else gets that.
        Assert.Equal(Outcome.Granted, newer.Open(Given.Open(2, credit: 100, replaces: 1), Given.At(1)));
        Assert.Equal(Outcome.Granted, older.Open(Given.Open(2, credit: 100, replaces: 1), Given.At(1)));
        older.Exchange(Given.Exchange(older, 2, 0, 0), Given.At(2));
        Assert.Equal(
            100, older.Exchange(Given.Exchange(older, 5, 0, 0, 100), Given.At(3)).Shares[0].TotalBytes);

        // Then it comes to the newer, to which the host has given as much again.
        Assert.Equal(Outcome.Granted, newer.Open(Given.Open(3, replaces: 2), Given.At(4)));
        Given.Allot(newer, 200, now: Given.At(4));
        Assert.Equal(
            100, newer.Exchange(Given.Exchange(newer, 3, 0, 0, 100), Given.At(5)).Shares[0].TotalBytes);

        Assert.Equal(200, newer.CommittedBytes);
        Assert.Equal(
            100, newer.Exchange(Given.Exchange(newer, 3, 1, 100, 200), Given.At(6)).Shares[0].TotalBytes);
    }

    [Fact]
    public void HolderGivesBackToTheNewerWhileThatLearns_WhatItDrawsAgainIsNew()
    {
        ContainerLedger ledger = Given.Learning(100);
        ledger.Open(Given.Open(1, credit: 100), Given.At(1));
        Given.Allot(ledger, 200, now: Given.At(1));

        ledger.Exchange(Given.Exchange(ledger, 1, 0, 30), Given.At(2));
        ExchangeDecision drawn = ledger.Exchange(Given.Exchange(ledger, 1, 0, 30, 100), Given.At(3));

        Assert.Equal(100, drawn.Shares[0].TotalBytes);
        Assert.Equal(170, ledger.CommittedBytes);
        ledger.Tick(Given.At(44));
        Assert.False(ledger.Learning);
        Assert.Equal(100, ledger.CommittedBytes);
    }

    private static ContainerLedger Older(out ContainerLedger newer)
    {
        var older = new ContainerLedger(Given.Row(0), Given.Rules, Given.AuthorityLease, Given.At(0));
        older.Ordered(
            new AllotDecision(Outcome.Granted, 1, 100, Given.Ttl, default, false),
            0,
            Given.AuthorityLease,
            Given.At(0));
        newer = new ContainerLedger(Given.Row(100, epoch: 8), Given.Rules, Given.AuthorityLease, Given.At(0.5));
        Given.Allot(newer, 100, now: Given.At(0.5));
        return older;
    }

    private static void Confirm(ContainerLedger ledger, TimeSpan at)
    {
        (_, long call) = ledger.CallHost(tidy: false, at);
        ledger.Ordered(
            new AllotDecision(Outcome.Granted, ledger.Order, ledger.AllottedBytes, Given.Ttl, default, false),
            call,
            at + Given.AuthorityLease,
            at);
    }
}
