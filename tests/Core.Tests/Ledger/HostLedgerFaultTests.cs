using Xunit;

namespace Headroom.Core.Tests.Ledger;

/// <summary>One test for each fault that was found in the host's ledger, named for it.</summary>
public sealed class HostLedgerFaultTests
{
    [Fact]
    public void Allot_BytesGivenBackWithANewWant_GoFirstToTheOneThatWaited()
    {
        HostLedger host = Given.Host();
        ContainerRow holder = host.Join("holder")!;
        ContainerRow waiter = host.Join("waiter")!;
        host.Allot(Given.Want(holder, 0, 1000), Given.At(0));
        host.Allot(Given.Want(waiter, 0, 600, least: 600), Given.At(1));

        holder = host.Row("holder")!;
        host.Allot(Given.Want(holder, 400, 300), Given.At(2));

        Assert.Equal(600, host.Row("waiter")!.AllottedBytes);
        Assert.Equal(400, host.Row("holder")!.AllottedBytes);
    }

    [Fact]
    public void Serve_RestOfAPartlyMetWant_IsNotGivenInCrumbs()
    {
        HostLedger host = Given.Host();
        ContainerRow holder = host.Join("holder")!;
        ContainerRow waiter = host.Join("waiter")!;
        host.Allot(Given.Want(holder, 0, 900), Given.At(0));
        host.Allot(Given.Want(waiter, 0, 500, least: 50), Given.At(0));
        Assert.Equal(100, host.Row("waiter")!.AllottedBytes);
        long order = host.Row("waiter")!.Order;

        for (int kept = 890; kept >= 600; kept -= 10)
        {
            host.Allot(Given.Want(host.Row("holder")!, kept, 0), Given.At(1));
        }

        Assert.Equal(order, host.Row("waiter")!.Order);
        Assert.Equal(100, host.Row("waiter")!.AllottedBytes);
        host.Allot(Given.Want(host.Row("holder")!, 500, 0), Given.At(1));
        Assert.Equal(500, host.Row("waiter")!.AllottedBytes);
    }

    [Fact]
    public void Serve_SilentWaiterBehindTheFirst_DoesNotHoldBackLowerUrgencies()
    {
        HostLedger host = Given.Host();
        ContainerRow holder = host.Join("holder")!;
        host.Allot(Given.Want(holder, 0, 1000), Given.At(0));
        ContainerRow silent = host.Join("silent")!;
        ContainerRow low = host.Join("low")!;
        host.Allot(Given.Want(silent, 0, 800, Urgency.RiskyToFail, 800), Given.At(0));
        host.Allot(Given.Want(low, 0, 100, Urgency.SafeToFail, 100), Given.At(4));

        host.Allot(Given.Want(host.Row("holder")!, 900, 0), Given.At(6));

        Assert.Equal(100, host.Row("low")!.AllottedBytes);
        Assert.Equal(["low"], host.TakeRaised());
    }

    [Fact]
    public void Allot_WithinItsGuaranteeBehindOthers_NeverExceedsItsLimit()
    {
        var table = new HostTable
        {
            LastEpoch = 1,
            Containers =
            [
                new ContainerRow
                {
                    Name = "guaranteed",
                    Epoch = 1,
                    Order = 0,
                    AllottedBytes = 0,
                    LongestTtl = TimeSpan.Zero,
                    GuaranteeBytes = 500,
                },
            ],
        };

        // The default limit was 500 and more when the guarantee was given, and is 200 since the restart.
        var host = new HostLedger(table, FloorPolicy.None, new HostDefaults(1000, 0, 0, 200));
        ContainerRow other = host.Join("other")!;
        ContainerRow row = host.Join("guaranteed")!;
        host.Allot(Given.Want(other, 0, 900, Urgency.MustSucceed, 900), Given.At(0));

        host.Allot(Given.Want(row, 0, 500), Given.At(0));

        Assert.Equal(200, host.Row("guaranteed")!.AllottedBytes);
    }

    [Theory]
    [InlineData(long.MaxValue, 0, 0, 0)]
    [InlineData(0, long.MaxValue, 0, 0)]
    [InlineData(0, 0, long.MaxValue, 0)]
    [InlineData(0, 0, 0, long.MaxValue)]
    [InlineData(-1, 0, 0, 0)]
    [InlineData(0, long.MinValue, 0, 0)]
    public void Allot_AmountsThatWouldOverflow_AreInvalidAndChangeNothing(long keep, long want, long least, long leased)
    {
        HostLedger host = Given.Host();
        ContainerRow row = host.Join("orders")!;
        host.Allot(Given.Want(row, 0, 100), Given.At(0));
        row = host.Row("orders")!;

        AllotDecision decision = host.Allot(
            Given.Want(row, 0, 0) with
            {
                KeepBytes = keep,
                WantBytes = new ByUrgency(want, want, want, want),
                LeastBytes = ByUrgency.Of(Urgency.SafeToFail, least),
                LeasedBytes = leased,
            },
            Given.At(0));

        Assert.Equal(Outcome.Invalid, decision.Outcome);
        Assert.Equal(100, host.AllottedBytes);
        Assert.Empty(host.Audit());
    }

    [Fact]
    public void Allot_LifeWithoutEnd_IsInvalid()
    {
        HostLedger host = Given.Host();
        ContainerRow row = host.Join("orders")!;

        AllotDecision decision = host.Allot(Given.Want(row, 0, 1) with { LongestTtl = TimeSpan.MaxValue }, Given.At(0));

        Assert.Equal(Outcome.Invalid, decision.Outcome);
        Assert.Equal(TimeSpan.Zero, host.Row("orders")!.LongestTtl);
    }

    [Fact]
    public void Configure_CapacityBeyondAllThatIsReal_IsRefused()
    {
        SettingsError? error = Given.Host().Configure(long.MaxValue, null, null, Given.At(0));

        Assert.Equal("capacityBytes", error?.Field);
    }

    [Fact]
    public void ConfigureContainer_HostStartedWithLessThanItGuaranteed_StillTakesOtherSettings()
    {
        HostLedger before = Given.Host();
        before.ConfigureContainer("a", null, 800, null, null, Given.At(0));
        before.Join("b");
        var host = new HostLedger(before.Save(), FloorPolicy.None, new HostDefaults(500, 0, 0, null));

        Assert.Null(host.ConfigureContainer("b", 300, null, null, null, Given.At(0)));
        Assert.Null(host.ConfigureContainer("a", null, null, 10, null, Given.At(0)));
        Assert.Equal("guaranteeBytes", host.ConfigureContainer("b", null, 1, null, null, Given.At(0))?.Field);
    }

    [Fact]
    public void Join_AsManyContainersAsThereMayBe_OneThatHoldsNothingMakesRoom()
    {
        HostLedger host = Given.Host(HostLedger.MaxCapacityBytes);
        for (int i = 0; i < HostLedger.MaxContainers; i++)
        {
            ContainerRow row = host.Join($"pod-{i:00000}")!;
            if (i != 5000)
            {
                host.Allot(Given.Want(row, 0, 1), Given.At(0));
            }
        }

        ContainerRow idle = host.Row("pod-05000")!;
        ContainerRow more = host.Join("one-more")!;
        host.Allot(Given.Want(more, 0, 1), Given.At(0));

        Assert.Equal(Outcome.Fenced, host.Allot(Given.Want(idle, 0, 1), Given.At(0)).Outcome);
        Assert.Null(host.Join("pod-05000"));
        Assert.Equal("container", host.ConfigureContainer("another", 1, null, null, null, Given.At(0))?.Field);
        Assert.Empty(host.Audit());
    }
}
