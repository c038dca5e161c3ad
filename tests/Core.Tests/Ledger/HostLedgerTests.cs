using Xunit;

namespace Headroom.Core.Tests.Ledger;

public sealed class HostLedgerTests
{
    // Capacity 1000, reserve 100, floors 20, 10 and 5 percent of 900; another container holds what is taken.
    [Theory]
    [InlineData(Urgency.Optional, 0, 720, 1, 720)]
    [InlineData(Urgency.Optional, 0, 721, 721, 0)]
    [InlineData(Urgency.SafeToFail, 0, 810, 1, 810)]
    [InlineData(Urgency.RiskyToFail, 0, 864, 1, 864)]
    [InlineData(Urgency.RiskyToFail, 0, 900, 1, 864)]
    [InlineData(Urgency.MustSucceed, 0, 900, 900, 900)]
    [InlineData(Urgency.MustSucceed, 0, 901, 901, 0)]
    [InlineData(Urgency.MustSucceed, 899, 1, 1, 1)]
    [InlineData(Urgency.MustSucceed, 900, 1, 1, 0)]
    [InlineData(Urgency.Optional, 720, 1, 1, 0)]
    [InlineData(Urgency.SafeToFail, 500, 400, 100, 310)]
    [InlineData(Urgency.SafeToFail, 500, 400, 311, 0)]
    public void Allot_ByUrgencyAndWhatIsTaken_Gives(Urgency urgency, long taken, long want, long least, long expected)
    {
        var host = new HostLedger(HostTable.Empty, new FloorPolicy(20, 10, 4), new HostDefaults(1000, 100, 0, null));
        ContainerRow other = host.Join("other")!;
        ContainerRow row = host.Join("orders")!;
        host.Allot(Given.Want(other, 0, taken, Urgency.MustSucceed), Given.At(0));

        AllotDecision decision = host.Allot(Given.Want(row, 0, want, urgency, least), Given.At(0));

        Assert.Equal(expected, decision.AllottedBytes);
        Assert.Equal(expected > 0 ? 1 : 0, decision.Order);
    }

    [Theory]
    [InlineData(0, 300, 700)]
    [InlineData(0, 1000, 0)]
    [InlineData(300, 300, 700)]
    [InlineData(500, 300, 500)]
    public void Allot_OthersGuaranteeOf_LeavesItsUnusedPart(long otherHolds, long guarantee, long expected)
    {
        HostLedger host = Given.Host();
        host.ConfigureContainer("other", null, guarantee, null, null, Given.At(0));
        ContainerRow other = host.Join("other")!;
        ContainerRow row = host.Join("orders")!;
        host.Allot(Given.Want(other, 0, otherHolds), Given.At(0));

        Assert.Equal(expected, host.Allot(Given.Want(row, 0, 1000), Given.At(0)).AllottedBytes);
    }

    [Fact]
    public void Allot_WithinItsOwnGuarantee_IsExemptFromFloorAndQueue()
    {
        var host = new HostLedger(HostTable.Empty, new FloorPolicy(50, 50, 50), new HostDefaults(1000, 0, 0, null));
        host.ConfigureContainer("orders", null, 700, null, null, Given.At(0));
        ContainerRow row = host.Join("orders")!;
        ContainerRow other = host.Join("other")!;
        host.Allot(Given.Want(other, 0, 900, Urgency.MustSucceed, 900), Given.At(0));

        AllotDecision decision = host.Allot(Given.Want(row, 0, 800, Urgency.Optional), Given.At(0));

        Assert.Equal(700, decision.AllottedBytes);
        Assert.Equal(0, host.Row("other")!.AllottedBytes);
    }

    [Theory]
    [InlineData(0, 0, 1, 0, false)]
    [InlineData(1, 0, 1, 0, true)]
    [InlineData(1, 60, 1, 60, true)]
    [InlineData(1, 100, 1, 100, true)]
    [InlineData(1, 200, 1, 100, true)]
    [InlineData(2, 60, 1, 100, false)]
    public void Allot_GivingBackWithSeen_LowersOnlyOnTheCurrentOrder(
        long seen, long keep, long order, long expected, bool current)
    {
        HostLedger host = Given.Host();
        ContainerRow row = host.Join("orders")!;
        host.Allot(Given.Want(row, 0, 100), Given.At(0));

        AllotDecision decision = host.Allot(Given.Want(row, keep, 0) with { Seen = seen }, Given.At(0));

        Assert.Equal(current ? expected : 100, decision.AllottedBytes);
        Assert.Equal(order, decision.Order);
    }

    [Fact]
    public void Allot_RepeatedRequest_IsAnsweredWithTheCurrentOrderAndGivesNothing()
    {
        HostLedger host = Given.Host();
        ContainerRow row = host.Join("orders")!;
        AllotCommand command = Given.Want(row, 0, 100);
        AllotDecision first = host.Allot(command, Given.At(0));

        for (int i = 0; i < 10; i++)
        {
            AllotDecision again = host.Allot(command, Given.At(i));
            Assert.Equal((first.Order, first.AllottedBytes), (again.Order, again.AllottedBytes));
        }
    }

    [Fact]
    public void Join_EarlierAuthority_IsFencedAndItsBytesStayBooked()
    {
        HostLedger host = Given.Host();
        ContainerRow earlier = host.Join("orders")!;
        host.Allot(Given.Want(earlier, 0, 100), Given.At(0));
        ContainerRow later = host.Join("orders")!;

        Assert.Equal(100, later.AllottedBytes);
        Assert.True(later.Epoch > earlier.Epoch);
        Assert.Equal(Outcome.Fenced, host.Allot(Given.Want(earlier, 0, 0) with { Seen = 1 }, Given.At(0)).Outcome);
        Assert.Equal(100, host.AllottedBytes);
    }

    [Fact]
    public void Save_AndStartAgain_PromisesTheSame()
    {
        HostLedger host = Given.Host();
        host.ConfigureContainer("orders", 700, 200, 50, "/kube/orders", Given.At(0));
        host.ConfigureSubsystem("orders", new SubsystemRow("journal", Urgency.RiskyToFail, 10, LastResort.ReadOnly));
        host.Allot(Given.Want(host.Row("orders")!, 0, 300), Given.At(0));

        var again = new HostLedger(host.Save(), FloorPolicy.None, new HostDefaults(Given.Capacity, 0, 0, null));

        Assert.Equivalent(host.Row("orders"), again.Row("orders"), strict: true);
        Assert.Equal(host.AllottedBytes, again.AllottedBytes);
        Assert.True(again.Join("orders")!.Epoch > host.Row("orders")!.Epoch);
        Assert.Empty(again.Audit());
    }

    [Fact]
    public void Serve_SmallerWants_OvertakeTheFirstABoundedNumberOfTimes()
    {
        HostLedger host = Given.Host();
        ContainerRow holder = host.Join("holder")!;
        ContainerRow large = host.Join("large")!;
        host.Allot(Given.Want(holder, 0, 900), Given.At(0));
        host.Allot(Given.Want(large, 0, 500, least: 500), Given.At(0));
        int overtook = 0;
        for (int i = 0; i < 3 * HostLedger.MaxOvertakes; i++)
        {
            ContainerRow small = host.Join($"small-{i}")!;
            overtook += host.Allot(Given.Want(small, 0, 1), Given.At(0)).AllottedBytes > 0 ? 1 : 0;
        }

        Assert.Equal(HostLedger.MaxOvertakes, overtook);
        host.Allot(Given.Want(host.Row("holder")!, 400, 0), Given.At(0));
        Assert.Equal(500, host.Row("large")!.AllottedBytes);
        Assert.True(host.TakeRaised().Count > HostLedger.MaxOvertakes);
        Assert.Empty(host.Audit());
    }

    [Fact]
    public void Observe_UseBeyondTheOtherPartOfTheMachine_ComesOffTheCapacity()
    {
        HostLedger host = Given.Host();
        host.Observe(machineBytes: 1500, usedBytes: 700, PressureLevel.None, Given.At(0));

        Assert.Equal(800, host.AvailableBytes(Urgency.MustSucceed));
    }

    [Theory]
    [InlineData(0L, null, null, "capacityBytes")]
    [InlineData(299L, null, null, "capacityBytes")]
    [InlineData(300L, null, null, null)]
    [InlineData(null, -1L, null, "reserveBytes")]
    [InlineData(null, 701L, null, "reserveBytes")]
    [InlineData(null, 700L, null, null)]
    [InlineData(null, 100L, 101L, "pledgedBytes")]
    [InlineData(null, 100L, 100L, null)]
    [InlineData(1000L, 701L, 0L, "reserveBytes")]
    public void Configure_With300Allotted_NamesWhatIsWrong(long? capacity, long? reserve, long? pledged, string? field)
    {
        HostLedger host = Given.Host();
        host.Allot(Given.Want(host.Join("orders")!, 0, 300), Given.At(0));
        host.Save();

        Assert.Equal(field, host.Configure(capacity, reserve, pledged, Given.At(0))?.Field);
        Assert.Equal(field is null, host.Changed);
        Assert.Empty(host.Audit());
    }
}
