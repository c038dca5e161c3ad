using Xunit;

namespace Headroom.Core.Tests.Ledger;

public sealed class StoriesOfWaiting
{
    [Fact]
    public void StuckHead_IsOvertakenABoundedNumberOfTimesAndThenServedFirst()
    {
        ContainerLedger ledger = Given.Container(1000);
        LeaseDecision holder = ledger.Request(Given.Lease(1, 900), Given.At(0));
        Assert.Equal(Outcome.Waiting, ledger.Request(Given.Lease(2, 500), Given.At(0)).Outcome);

        int overtook = 0;
        for (int i = 10; i < 60; i++)
        {
            overtook += ledger.Request(Given.Lease(i, 1), Given.At(0)).Outcome == Outcome.Granted ? 1 : 0;
        }

        Assert.Equal(ContainerLedger.MaxOvertakes, overtook);
        ledger.Release(Given.Report(holder, ledger.Epoch, 900), Given.At(1));
        Assert.Equal(Given.Id(2), ledger.TakeSettled()[0].RequestId);
    }

    [Fact]
    public void FreedBytes_GoToTheHighestUrgencyAndWhoeverComesInBetweenGetsNone()
    {
        ContainerLedger ledger = Given.Container(100);
        LeaseDecision holder = ledger.Request(Given.Lease(1, 100), Given.At(0));
        ledger.Request(Given.Lease(2, 100, Urgency.SafeToFail), Given.At(0));
        ledger.Request(Given.Lease(3, 100, Urgency.MustSucceed), Given.At(0));

        ledger.Release(Given.Report(holder, ledger.Epoch, 100), Given.At(1));
        LeaseDecision thief = ledger.Request(Given.Lease(4, 100, Urgency.RiskyToFail, mayWait: false), Given.At(1));

        Settled settled = Assert.Single(ledger.TakeSettled());
        Assert.Equal((Given.Id(3), Rung.Wait), (settled.RequestId, settled.Decision.Rung));
        Assert.NotEqual(Outcome.Granted, thief.Outcome);
        Assert.Equal(1, ledger.WaitingAt(Urgency.SafeToFail));
    }

    [Fact]
    public void HigherUrgencyWaits_NothingLowerIsAdmittedNotEvenWhatFits()
    {
        ContainerLedger ledger = Given.Container(100);
        ledger.Request(Given.Lease(1, 200, Urgency.RiskyToFail), Given.At(0));

        Assert.Equal(Outcome.Waiting, ledger.Request(Given.Lease(2, 1, Urgency.SafeToFail), Given.At(0)).Outcome);
        Assert.Equal(Outcome.Refused, ledger.Request(Given.Lease(3, 1, Urgency.Optional), Given.At(0)).Outcome);
        Assert.Equal(Outcome.Granted, ledger.Request(Given.Lease(4, 1, Urgency.MustSucceed), Given.At(0)).Outcome);
    }

    [Fact]
    public void ManyOfOneUrgencyFit_NoneOfALowerUrgencyComesBeforeTheLastOfThem()
    {
        ContainerLedger ledger = Given.Container(100);
        ledger.Request(Given.Lease(1, 100), Given.At(0));
        ledger.Request(Given.Lease(2, 10, Urgency.Optional), Given.At(0));
        for (int i = 10; i < 40; i++)
        {
            ledger.Request(Given.Lease(i, 10), Given.At(0));
        }

        Given.Allot(ledger, 100 + (30 * 10), now: Given.At(1));

        Assert.Equal(
            Enumerable.Range(10, 30).Select(Given.Id), ledger.TakeSettled().Select(settled => settled.RequestId));
    }

    [Fact]
    public void ManyThatDoNotWaitDoNotFit_ASmallOneBehindThemIsServedBeforeALowerUrgency()
    {
        ContainerLedger ledger = Given.Container(100);
        ledger.Request(Given.Lease(1, 100), Given.At(0));
        for (int i = 10; i < 40; i++)
        {
            ledger.Request(Given.Lease(i, 200, mayWait: false), Given.At(0));
        }

        ledger.Request(Given.Lease(2, 10, mayWait: false), Given.At(0));
        ledger.Request(Given.Lease(3, 10, Urgency.Optional, mayWait: false), Given.At(0));
        (_, long call) = ledger.CallHost(tidy: false, Given.At(0));

        ledger.Ordered(
            new AllotDecision(Outcome.Granted, ledger.Order + 1, 110, TimeSpan.FromHours(1), default, false),
            call,
            TimeSpan.FromDays(1),
            Given.At(1));

        ILookup<Outcome, Guid> settled =
            ledger.TakeSettled().ToLookup(settled => settled.Decision.Outcome, settled => settled.RequestId);
        Assert.Equal([Given.Id(2)], settled[Outcome.Granted]);
        Assert.Equal(31, settled[Outcome.Refused].Count());
    }

    [Fact]
    public void CallerForgetsItsRequest_LeavesTheQueueAndServesWhoWaitsBehind()
    {
        ContainerLedger ledger = Given.Container(100);
        ledger.Request(Given.Lease(1, 200, Urgency.RiskyToFail) with { Patience = Given.At(1) }, Given.At(0));
        ledger.Request(Given.Lease(2, 100, Urgency.SafeToFail), Given.At(1));

        ledger.Tick(Given.At(17));

        Assert.Equal(
            [(Given.Id(1), Outcome.Refused), (Given.Id(2), Outcome.Granted)],
            ledger.TakeSettled().Select(settled => (settled.RequestId, settled.Decision.Outcome)));
    }

    // Each has a part of what both need: whoever keeps its part while waiting for the other's, waits for ever.
    [Fact]
    public void TwoContainersWithAPartEach_OneOfThemGetsTheWhole()
    {
        HostLedger host = Given.Host(capacity: 400);
        ContainerLedger[] ledgers = [Start(host, "a"), Start(host, "b")];
        foreach (ContainerLedger ledger in ledgers)
        {
            ledger.Request(Given.Lease(1, 100), Given.At(0));
            ledger.Request(Given.Lease(2, 200), Given.At(0));
        }

        for (int second = 1; second < 5; second++)
        {
            Talk(host, "a", ledgers[0], second);
            Talk(host, "b", ledgers[1], second);
        }

        Assert.Contains(ledgers, ledger => ledger.LeasedBytes.Total == 300);
        Assert.Contains(ledgers, ledger => ledger.LeasedBytes.Total == 100);
        Assert.Equal(400, host.AllottedBytes);
    }

    private static ContainerLedger Start(HostLedger host, string name) =>
        new(host.Join(name)!, Given.Rules, Given.AuthorityLease, Given.At(0));

    private static void Talk(HostLedger host, string name, ContainerLedger ledger, int second)
    {
        (AllotCommand command, long call) = ledger.CallHost(tidy: true, Given.At(second));
        AllotDecision answer = host.Allot(command with { Container = name }, Given.At(second));
        ledger.Ordered(answer, call, Given.At(second + 10), Given.At(second));
    }
}
