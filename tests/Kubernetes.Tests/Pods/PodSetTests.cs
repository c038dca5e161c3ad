using System.Globalization;
using CsCheck;
using Headroom.Silo.Kubernetes.Pods;
using Xunit;

namespace Headroom.Kubernetes.Tests.Pods;

public sealed class PodSetTests
{
    [Fact]
    public void Take_OlderVersion_ChangesNothing()
    {
        var set = new PodSet();
        set.Take(At(5, margin: "5"));
        set.Take(At(4, margin: "4"));

        Assert.Equal("5", set.Find("shop", "orders-0")!.ResourceVersion);
    }

    [Fact]
    public void Remove_ThenALateLine_ThePodStaysGoneUntilAList()
    {
        var set = new PodSet();
        set.Take(At(5));
        set.Remove(At(6));
        set.Take(At(5));
        Assert.Empty(set.Pods);
        Assert.Equal(1, set.GoneCount);

        set.Replace([At(5)]);
        Assert.Single(set.Pods);
        Assert.Equal(0, set.GoneCount);
    }

    [Fact]
    public void Take_AnotherPodOfTheName_TheYoungerOneStays()
    {
        var set = new PodSet();
        Pod old = At(5);
        Pod young = At(9) with { Uid = "uid-2", Created = old.Created.AddMinutes(1) };
        set.Take(old);
        set.Take(young);
        set.Take(At(10));
        set.Remove(old);

        Assert.Equal("uid-2", Assert.Single(set.Pods).Uid);
    }

    [Fact]
    public void Replace_ListOlderThanTheWatch_KeepsTheNewerVersion()
    {
        var set = new PodSet();
        Assert.False(set.IsKnown);
        set.Take(At(7));
        set.Replace([At(6)]);

        Assert.True(set.IsKnown);
        Assert.Equal("7", Assert.Single(set.Pods).ResourceVersion);
    }

    [Fact]
    public void Replace_PodNotInTheList_IsGone()
    {
        var set = new PodSet();
        set.Take(At(7));
        set.Replace([]);

        Assert.Empty(set.Pods);
    }

    [Fact]
    public async Task Changed_EachChange_CompletesTheTaskTakenBefore()
    {
        var set = new PodSet();
        Task first = set.Changed;
        set.Take(At(1));
        await first.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.False(set.Changed.IsCompleted);
    }

    // However the lines of a pod come, twice or out of order, what stays is the newest, and gone stays gone.
    [Fact]
    public void Take_LinesInAnyOrder_TheNewestStays() => Gen.Int[1, 20].Array[1, 30].Sample(versions =>
    {
        var set = new PodSet();
        foreach (int version in versions)
        {
            set.Take(At(version));
        }

        Assert.Equal(
            versions.Max().ToString(CultureInfo.InvariantCulture), Assert.Single(set.Pods).ResourceVersion);
    });

    private static Pod At(int version, string margin = "1") => GivenPod.With("app").Annotated("margin", margin) with
    {
        ResourceVersion = version.ToString(CultureInfo.InvariantCulture),
        Created = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
    };
}
