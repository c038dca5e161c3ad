using Xunit;

namespace Headroom.Core.Tests.Ledger;

public sealed class StoriesOfClients
{
    [Fact]
    public void ClientKilled_ItsBytesAreFreeWhenItsProcessIsSeenGone()
    {
        ContainerLedger ledger = Given.Container(1000);
        ledger.Open(Given.Open(1, process: 42), Given.At(0));
        ledger.Exchange(Given.Exchange(ledger, 1, 0, 0, 700), Given.At(0));

        // SIGKILL at 1 s. Nothing is free for that.
        ledger.Tick(Given.At(20));
        Assert.Equal(700, ledger.CreditBytes);

        // Its session lapses: the lease is over, the memory is not.
        ledger.Tick(Given.At(33));
        Assert.Equal((0, 700), (ledger.CreditBytes, ledger.GhostBytes));
        Assert.Equal(700, ledger.CommittedBytes);

        // The next reading finds no such process.
        ledger.Observe(Given.Reading(ledger, (Given.Id(1), 0)), Given.At(34));
        Assert.Equal(0, ledger.CommittedBytes);
    }

    [Fact]
    public void ClientKilled_AReadingWithinItsLife_FreesItAtOnce()
    {
        ContainerLedger ledger = Given.Container(1000);
        ledger.Open(Given.Open(1, process: 42), Given.At(0));
        ledger.Exchange(Given.Exchange(ledger, 1, 0, 0, 700), Given.At(0));

        ledger.Observe(Given.Reading(ledger, (Given.Id(1), 0)), Given.At(2));

        Assert.Equal((0, 0), (ledger.Sessions, ledger.CommittedBytes));
    }

    [Fact]
    public void ClientStoppedPastItsLife_ComesBackWithWhatItHeld()
    {
        ContainerLedger ledger = Given.Container(1000);
        ledger.Open(Given.Open(1, process: 42), Given.At(0));
        ledger.Exchange(Given.Exchange(ledger, 1, 0, 0, 700), Given.At(0));
        ledger.Tick(Given.At(40));

        // It is back, and says what of it is in use; what was credit is gone by its own clock.
        Assert.Equal(Outcome.Granted, ledger.Open(Given.Open(2, credit: 500, replaces: 1, process: 42), Given.At(50)));

        Assert.Equal((500, 0), (ledger.CreditBytes, ledger.GhostBytes));
        Assert.Equal(
            Outcome.RegisterAgain, ledger.Exchange(Given.Exchange(ledger, 1, 1, 700), Given.At(51)).Outcome);
    }

    [Fact]
    public void ClientOpensAgain_LeasesOneByOneAreFoldedIntoWhatItDrew()
    {
        ContainerLedger ledger = Given.Container(1000);
        ledger.Open(Given.Open(1), Given.At(0));
        ledger.Exchange(Given.Exchange(ledger, 1, 0, 0, 100), Given.At(0));
        LeaseDecision named = ledger.Request(Given.Lease(9, 200, session: Given.Id(1)), Given.At(0));

        ledger.Open(Given.Open(2, credit: 300, replaces: 1), Given.At(5));
        ledger.Exchange(Given.Exchange(ledger, 2, 0, 300) with { Released = [named.LeaseId] }, Given.At(6));

        Assert.Equal((300, 0), (ledger.CreditBytes, ledger.Leases));
        Assert.Equal(300, ledger.CommittedBytes);
    }

    [Fact]
    public void DuplicatedOldOrder_GivesAndTakesNothing()
    {
        ContainerLedger ledger = Given.Container(1000);
        ledger.Open(Given.Open(1), Given.At(0));
        ExchangeCommand first = Given.Exchange(ledger, 1, 0, 0, 400);
        ledger.Exchange(first, Given.At(0));
        ledger.Exchange(Given.Exchange(ledger, 1, 1, 400, 600), Given.At(1));
        Assert.Equal(600, ledger.CreditBytes);

        // The first exchange arrives once more, long after: it says that nothing is held, and that 400 are wanted.
        ExchangeDecision late = ledger.Exchange(first, Given.At(2));

        Assert.Equal(2, late.Order);
        Assert.Equal(600, Assert.Single(late.Shares).TotalBytes);
        Assert.Equal(600, ledger.CreditBytes);
    }

    [Fact]
    public void CreditLiesIdleWhileSomebodyWaits_IsAskedBackAndHandedOver()
    {
        ContainerLedger ledger = Given.Container(1000);
        ledger.Open(Given.Open(1), Given.At(0));
        ledger.Exchange(Given.Exchange(ledger, 1, 0, 0, 900), Given.At(0));
        ledger.Request(Given.Lease(9, 300, Urgency.RiskyToFail), Given.At(1));
        Assert.Equal((int)Urgency.RiskyToFail, ledger.Gate);

        ExchangeDecision asked = ledger.Exchange(Given.Exchange(ledger, 1, 1, 900), Given.At(2));
        Assert.Equal(0, Assert.Single(asked.Shares).TotalBytes);
        Assert.Empty(ledger.TakeSettled());

        // The client has obeyed; only now are the bytes anybody else's.
        ledger.Exchange(Given.Exchange(ledger, 1, 2, 0), Given.At(3));
        Assert.Equal(Outcome.Granted, Assert.Single(ledger.TakeSettled()).Decision.Outcome);
    }
}
