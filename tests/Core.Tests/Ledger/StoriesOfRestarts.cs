using Xunit;

namespace Headroom.Core.Tests.Ledger;

public sealed class StoriesOfRestarts
{
    [Fact]
    public void SiloRestartedUnderLoad_NothingIsForgottenNorGivenTwice()
    {
        HostLedger host = Given.Host();
        var before = new ContainerLedger(host.Join("orders")!, Given.Rules, Given.AuthorityLease, Given.At(0));
        before.Request(Given.Lease(1, 400), Given.At(0));
        Talk(host, before, 0);
        LeaseDecision http = Assert.Single(before.TakeSettled()).Decision;
        before.Open(Given.Open(5), Given.At(0));
        before.Exchange(Given.Exchange(before, 5, 0, 0, 300), Given.At(0));
        Talk(host, before, 0);
        before.Exchange(Given.Exchange(before, 5, 0, 0, 300), Given.At(0));
        Assert.Equal(700, before.CommittedBytes);
        HostTable table = host.Save();

        // SIGKILL; another silo starts on the same store.
        host = new HostLedger(table, FloorPolicy.None, new HostDefaults(Given.Capacity, 0, 0, null));
        long mark = host.Row("orders")!.AllottedBytes;
        Assert.True(mark >= 700);
        var after = new ContainerLedger(host.Join("orders")!, Given.Rules, Given.AuthorityLease, Given.At(1));
        Assert.Equal(mark, after.CommittedBytes);

        // New grants come only from beyond the mark.
        Assert.Equal(Outcome.Waiting, after.Request(Given.Lease(2, 50), Given.At(1)).Outcome);
        Talk(host, after, 1);
        Assert.Equal(Outcome.Granted, Assert.Single(after.TakeSettled()).Decision.Outcome);

        // Both holders report, by a new session and by renewing; that makes nothing free.
        Assert.Equal(Outcome.Granted, after.Open(Given.Open(6, credit: 300, replaces: 5), Given.At(2)));
        Assert.Equal(
            Outcome.Granted, after.Renew(Given.Report(http, before.Epoch, 400), Given.At(2)).Outcome);
        Assert.Equal(mark + 50, after.CommittedBytes);

        for (int second = 3; second <= 46; second++)
        {
            if (second % 10 == 0)
            {
                after.Renew(Given.Report(http, before.Epoch, 400), Given.At(second));
                after.Exchange(Given.Exchange(after, 6, 0, 300), Given.At(second));
            }

            after.Request(Given.Lease(2, 50), Given.At(second));
            after.Observe(Given.Reading(after), Given.At(second));
            Talk(host, after, second);
        }

        Assert.False(after.Learning);
        Assert.Equal(750, after.CommittedBytes);
        Assert.Empty(after.Audit());
        Assert.Empty(host.Audit());
    }

    [Fact]
    public void LateReport_AfterLearning_IsNotBelieved()
    {
        ContainerLedger ledger = Given.Learning(1000);
        ledger.Tick(Given.At(44));

        Assert.Equal(Outcome.StartAnew, ledger.Open(Given.Open(2, credit: 400, replaces: 1), Given.At(45)));
        Assert.Equal(1000, ledger.GhostBytes);

        // What it still uses shows up as use that no lease explains, and comes off the limit.
        ledger.Observe(Given.Reading(ledger) with { UsageBytes = 400 }, Given.At(46));
        Assert.Equal((0, 400), (ledger.GhostBytes, ledger.UntrackedBytes));
        Assert.Equal(
            Outcome.Refused, ledger.Request(Given.Lease(1, 601, mayWait: false), Given.At(46)).Outcome);
        Assert.Equal(Outcome.Granted, ledger.Request(Given.Lease(2, 600), Given.At(46)).Outcome);
    }

    [Fact]
    public void TwoActivations_TheOlderStopsByItselfAndIsFencedWhenItAsks()
    {
        HostLedger host = Given.Host();
        var older = new ContainerLedger(host.Join("orders")!, Given.Rules, Given.AuthorityLease, Given.At(0));
        older.Request(Given.Lease(1, 100), Given.At(0));
        Talk(host, older, 0);
        var newer = new ContainerLedger(host.Join("orders")!, Given.Rules, Given.AuthorityLease, Given.At(1));

        // It still grants below the mark that the newer one counts as in use, until its right to has ended.
        Assert.Equal(Outcome.Granted, older.Request(Given.Lease(2, 50), Given.At(9)).Outcome);
        Assert.Equal(
            Outcome.Unavailable, older.Request(Given.Lease(3, 50, mayWait: false), Given.At(10)).Outcome);
        Assert.Equal(Outcome.Waiting, older.Request(Given.Lease(4, 50), Given.At(10)).Outcome);
        Assert.True(newer.CommittedBytes >= older.CommittedBytes);

        older.Request(Given.Lease(1, 100), Given.At(11));
        older.TakeSettled();
        Talk(host, older, 11);
        Assert.Equal(Outcome.Unavailable, Assert.Single(older.TakeSettled()).Decision.Outcome);
        Assert.Equal(
            Outcome.Fenced, older.Renew(Given.Report(Lease(older, 2), older.Epoch, 50), Given.At(11)).Outcome);
    }

    private static LeaseDecision Lease(ContainerLedger ledger, int id) =>
        new() { Outcome = Outcome.Granted, LeaseId = (ledger.Epoch << 36) + id };

    private static void Talk(HostLedger host, ContainerLedger ledger, int second)
    {
        (AllotCommand command, long call) = ledger.CallHost(tidy: false, Given.At(second));
        ledger.Ordered(
            host.Allot(command with { Container = "orders" }, Given.At(second)),
            call,
            Given.At(second) + Given.AuthorityLease,
            Given.At(second));
    }
}
