using Xunit;

namespace Headroom.Core.Tests.Ledger;

public sealed class StoriesOfHosts
{
    [Fact]
    public void MustSucceedLacks_OthersAreAskedLowestUrgencyFirstAboveTheirGuarantee()
    {
        HostLedger host = Given.Host();
        host.ConfigureContainer("rich", null, 300, null, null, Given.At(0));
        ContainerRow rich = Take(host, "rich", 600, new ByUrgency(0, 600, 0, 0));
        ContainerRow cache = Take(host, "cache", 400, new ByUrgency(250, 150, 0, 0));

        AllotDecision answer = Lack(host, "orders", 350, Urgency.MustSucceed);

        Assert.Equal((0, 350), (answer.AllottedBytes, answer.ReclaimingBytes));
        Assert.Equal((Urgency.RiskyToFail, 500), Demand(host, rich));
        Assert.Equal((Urgency.SafeToFail, 150), Demand(host, cache));
        Assert.Equal(["cache", "rich"], host.TakeRaised().Order());
    }

    [Fact]
    public void BytesComeBack_GoToTheOneTheyWereFreedFor()
    {
        HostLedger host = Given.Host();
        ContainerRow cache = Take(host, "cache", 1000, new ByUrgency(1000, 0, 0, 0));
        Lack(host, "orders", 200, Urgency.MustSucceed);
        ContainerRow late = host.Join("late")!;

        host.Allot(Given.Want(late, 0, 200, Urgency.RiskyToFail, 200), Given.At(0.1));
        host.Allot(Keep(host, cache, 800, new ByUrgency(800, 0, 0, 0)), Given.At(0.2));

        Assert.Equal(200, host.Row("orders")!.AllottedBytes);
        Assert.Equal(0, host.Row("late")!.AllottedBytes);
        Assert.Equal((Urgency.Optional, 0), Demand(host, cache));
    }

    [Fact]
    public void BytesComeBack_AllThatTheyAreEnoughForAreServed()
    {
        HostLedger host = Given.Host();
        ContainerRow cache = Take(host, "cache", 1000, new ByUrgency(1000, 0, 0, 0));
        string[] waiting = [.. Enumerable.Range(0, 2 * HostLedger.MaxOvertakes).Select(at => $"waits-{at}")];
        foreach (string name in waiting)
        {
            host.Allot(Given.Want(host.Join(name)!, 0, 10, Urgency.RiskyToFail, 10), Given.At(0));
        }

        host.Allot(Keep(host, cache, 0, default), Given.At(0.2));

        Assert.All(waiting, name => Assert.Equal(10, host.Row(name)!.AllottedBytes));
    }

    [Fact]
    public void WantEnds_TheDemandIsWithdrawn()
    {
        HostLedger host = Given.Host();
        ContainerRow cache = Take(host, "cache", 1000, new ByUrgency(1000, 0, 0, 0));
        Lack(host, "orders", 200, Urgency.MustSucceed);
        host.TakeRaised();

        host.Allot(Keep(host, host.Row("orders")!, 0, default), Given.At(0.1));

        Assert.Equal((Urgency.Optional, 0), Demand(host, cache));
        Assert.Equal(["cache"], host.TakeRaised());
    }

    [Fact]
    public void ContainerDoesNotComeDown_IsCountedOnNoLonger()
    {
        HostLedger host = Given.Host();
        ContainerRow cache = Take(host, "cache", 1000, new ByUrgency(1000, 0, 0, 0));
        Lack(host, "orders", 200, Urgency.MustSucceed);
        host.Allot(Keep(host, cache, 1000, default), Given.At(1));

        AllotDecision answer = Lack(host, "orders", 200, Urgency.MustSucceed, Given.At(3));

        Assert.Equal(0, answer.ReclaimingBytes);
    }

    [Fact]
    public void Overdraft_ComesFromFreeBytesAndTheReserveAndIsRepaidBeforeOrdinaryUse()
    {
        HostLedger host = Given.Host(1000, reserve: 200);
        Take(host, "cache", 800, new ByUrgency(0, 0, 0, 800));
        ContainerRow orders = host.Join("orders")!;

        AllotDecision none = host.Allot(Overdraw(host, orders, 201), Given.At(0));
        AllotDecision given = host.Allot(Overdraw(host, orders, 150), Given.At(0));

        Assert.Equal((0, 200), (none.OverdraftBytes, none.OverdraftAvailableBytes));
        Assert.Equal((150, 50), (given.OverdraftBytes, given.OverdraftAvailableBytes));
        Assert.Equal((-150, 50), (host.FreeBytes, host.MustSucceedFreeBytes));

        host.Allot(Keep(host, host.Row("cache")!, 700, default), Given.At(1));
        Assert.Equal(0, host.AvailableBytes(Urgency.MustSucceed));
        Assert.Equal(150, host.Save().Containers.Single(row => row.Name == "orders").OverdraftBytes);
        Assert.Empty(host.Audit());
    }

    [Fact]
    public void Overdraft_LeavesOthersTheirUnusedGuarantees()
    {
        HostLedger host = Given.Host(1000, reserve: 200);
        host.ConfigureContainer("safe", null, 500, null, null, Given.At(0));
        Take(host, "cache", 300, default);
        ContainerRow orders = host.Join("orders")!;

        Assert.Equal(0, host.Allot(Overdraw(host, orders, 201), Given.At(0)).OverdraftBytes);
        Assert.Equal(200, host.Allot(Overdraw(host, orders, 200), Given.At(0)).OverdraftBytes);
    }

    [Fact]
    public void Restart_OverdraftIsStillBooked()
    {
        HostLedger host = Given.Host(1000, reserve: 200);
        host.Allot(Overdraw(host, host.Join("orders")!, 150), Given.At(0));

        var next = new HostLedger(host.Save(), FloorPolicy.None, new HostDefaults(1000, 200, 0, null));

        Assert.Equal((150, 650), (next.OverdraftBytes, next.FreeBytes));
    }

    private static ContainerRow Take(HostLedger host, string name, long bytes, ByUrgency reclaimable)
    {
        ContainerRow row = host.Join(name)!;
        host.Allot(Given.Want(row, 0, bytes, Urgency.MustSucceed, bytes), Given.At(0));
        host.Allot(Keep(host, row, bytes, reclaimable), Given.At(0));
        return host.Row(name)!;
    }

    private static AllotCommand Keep(HostLedger host, ContainerRow row, long bytes, ByUrgency reclaimable) =>
        Given.Want(host.Row(row.Name)!, bytes, 0) with
        {
            LeastBytes = default,
            ReclaimableBytes = reclaimable,
            KeepOverdraftBytes = host.Row(row.Name)!.OverdraftBytes,
        };

    private static AllotDecision Lack(
        HostLedger host, string name, long bytes, Urgency urgency, TimeSpan now = default)
    {
        ContainerRow row = host.Row(name) ?? host.Join(name)!;
        return host.Allot(
            Given.Want(row, row.AllottedBytes, bytes, urgency, bytes) with
            {
                ReclaimBytes = ByUrgency.Of(urgency, bytes),
            },
            now);
    }

    private static AllotCommand Overdraw(HostLedger host, ContainerRow row, long bytes) =>
        Keep(host, row, 0, default) with { OverdraftBytes = bytes, LeastOverdraftBytes = bytes };

    private static (Urgency Below, long Keep) Demand(HostLedger host, ContainerRow row)
    {
        AllotDecision current = host.Current(row.Name)!.Value;
        return (current.ReclaimBelow, current.ReclaimKeepBytes);
    }
}
