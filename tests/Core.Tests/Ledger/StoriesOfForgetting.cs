using Xunit;

namespace Headroom.Core.Tests.Ledger;

/// <summary>Containers that are no more: what was declared of them goes once nothing is held there.</summary>
public sealed class StoriesOfForgetting
{
    [Fact]
    public void Forget_NothingHeld_TakesSettingsAndGuaranteeAway()
    {
        HostLedger host = Given.Host();
        host.ConfigureContainer("a", 500, 300, 20, "/pods/a", Given.At(0), marginPercent: 25);
        host.ConfigureSubsystem("a", new SubsystemRow("journal", Urgency.SafeToFail, 0, LastResort.Wait));
        Assert.Equal(700, host.AvailableBytes(Urgency.MustSucceed));
        host.Save();

        Assert.True(host.Forget("a", Given.At(1)));

        Assert.True(host.Changed);
        Assert.Null(host.Row("a"));
        Assert.Empty(host.Containers);
        Assert.Equal(1000, host.AvailableBytes(Urgency.MustSucceed));
        Assert.Null(host.ConfigureContainer("b", null, 1000, null, null, Given.At(1)));
        Assert.Empty(host.Audit());
    }

    [Fact]
    public void Forget_BytesHeld_ChangesNothingUntilTheyAreBack()
    {
        HostLedger host = Given.Host();
        host.ConfigureContainer("orders", 500, 100, null, "/pods/a", Given.At(0));
        ContainerRow row = host.Join("orders")!;
        AllotDecision held = host.Allot(Given.Want(row, 0, 50), Given.At(0));
        host.Save();

        Assert.False(host.Forget("orders", Given.At(1)));
        Assert.False(host.Changed);
        Assert.Equal(100, host.Row("orders")!.GuaranteeBytes);

        host.Allot(Given.Want(row with { Order = held.Order }, 0, 0, least: 0), Given.At(2));
        Assert.True(host.Forget("orders", Given.At(3)));
        Assert.Empty(host.Audit());
    }

    [Fact]
    public void Forget_OneThatWaitsAndIsToBePushed_IsFencedAndLeavesNoTrace()
    {
        HostLedger host = Given.Host();
        ContainerRow other = host.Join("other")!;
        ContainerRow row = host.Join("orders")!;
        AllotDecision full = host.Allot(Given.Want(other, 0, 1000, Urgency.MustSucceed), Given.At(0));
        host.Allot(Given.Want(row, 0, 10, Urgency.MustSucceed), Given.At(0));

        Assert.True(host.Forget("orders", Given.At(1)));
        host.Allot(Given.Want(other with { Order = full.Order }, 0, 0, least: 0), Given.At(2));

        Assert.DoesNotContain("orders", host.TakeRaised());
        Assert.Equal(0, host.AllottedBytes);
        Assert.Equal(Outcome.Fenced, host.Allot(Given.Want(row, 0, 10), Given.At(2)).Outcome);
        Assert.Empty(host.Audit());
    }

    [Fact]
    public void Forget_OneThatNobodyKnows_IsDone()
    {
        HostLedger host = Given.Host();

        Assert.True(host.Forget("never", Given.At(0)));
        Assert.False(host.Changed);
    }

    [Fact]
    public void Forget_ThenDeclaredAgain_StartsAnewWithANewEpoch()
    {
        HostLedger host = Given.Host();
        ContainerRow before = host.Join("orders")!;
        host.ConfigureContainer("orders", 500, 100, 3, "/pods/a", Given.At(0), marginPercent: 5);

        host.Forget("orders", Given.At(1));
        ContainerRow after = host.Join("orders")!;

        Assert.True(after.Epoch > before.Epoch);
        Assert.Null(after.LimitBytes);
        Assert.Null(after.MarginPercent);
        Assert.Equal("", after.Cgroup);
    }

    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, true)]
    [InlineData(90, true)]
    [InlineData(91, false)]
    public void ConfigureContainer_Margin_IsWithinItsBounds(int percent, bool taken)
    {
        HostLedger host = Given.Host();

        SettingsError? error = host.ConfigureContainer(
            "orders", null, null, null, null, Given.At(0), marginPercent: percent);

        Assert.Equal(taken ? null : "marginPercent", error?.Field);
        Assert.Equal(taken ? percent : null, host.Row("orders")?.MarginPercent);
        Assert.Equal(taken, new HostLedger(host.Save(), FloorPolicy.None, new HostDefaults(1000, 0, 0, null))
            .Row("orders")?.MarginPercent == percent);
    }
}
