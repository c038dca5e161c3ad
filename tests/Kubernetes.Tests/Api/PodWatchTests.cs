using System.Diagnostics;
using Headroom.Silo.Kubernetes;
using Headroom.Silo.Options;
using Headroom.Silo.Tests.Monitoring;
using Headroom.Support.Kubernetes;
using Xunit;

namespace Headroom.Kubernetes.Tests.Api;

public sealed class PodWatchTests
{
    [Fact]
    public async Task Watch_PodsComeChangeAndGo_AreKnownWithOneList()
    {
        await using FollowedNode node = await FollowedNode.StartAsync(api =>
        {
            api.Put(new FakePod("shop", "a"));
            api.Put(new FakePod("shop", "elsewhere") { Node = "node-b" });
        });
        await node.SeesAsync("a");
        await node.WatchesAsync();

        node.Api.Put(new FakePod("shop", "b"));
        node.Api.Put(new FakePod("shop", "also-elsewhere") { Node = "node-b" });
        await node.SeesAsync("a", "b");
        node.Api.Remove("shop", "a");
        await node.SeesAsync("b");

        Assert.Equal(1, node.Api.Count(FakeCallKind.List));
        Assert.Equal(1, node.Api.Count(FakeCallKind.Watch));
        Assert.Contains("spec.nodeName%3Dnode-a", node.Api.Calls[0].Path, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("break")]
    [InlineData("end")]
    [InlineData("middle")]
    [InlineData("garbage")]
    public async Task Watch_CutInAnyWay_GoesOnFromThereWithoutAnotherList(string how)
    {
        await using FollowedNode node = await FollowedNode.StartAsync(api => api.Put(new FakePod("shop", "a")));
        await node.WatchesAsync();
        node.Api.Put(new FakePod("shop", "b"));
        await node.SeesAsync("a", "b");

        for (int i = 0; i < 3; i++)
        {
            await node.WatchesAsync();
            int before = node.Api.Count(FakeCallKind.Watch);
            switch (how)
            {
                case "break":
                    node.Api.BreakWatches();
                    break;
                case "end":
                    node.Api.EndWatches();
                    break;
                case "middle":
                    node.Api.BreakWatchesInTheMiddle();
                    break;
                default:
                    node.Api.SendGarbage();
                    break;
            }

            await Eventually.Sees(
                "another watch", () => node.Api.Count(FakeCallKind.Watch), count => count > before);
        }

        node.Api.Put(new FakePod("shop", "c"));
        node.Api.Remove("shop", "a");
        await node.SeesAsync("b", "c");
        Assert.Equal(1, node.Api.Count(FakeCallKind.List));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Watch_TooOld_IsFollowedByOneList(bool byStatus)
    {
        await using FollowedNode node = await FollowedNode.StartAsync(api =>
        {
            api.Put(new FakePod("shop", "a"));
            api.RefusesOldWatches = byStatus;
        });
        await node.WatchesAsync();
        node.Api.BreakWatches();
        node.Api.Remove("shop", "a");
        node.Api.Put(new FakePod("shop", "b"));
        node.Api.Expire();

        await node.SeesAsync("b");
        await node.WatchesAsync();
        node.Api.Put(new FakePod("shop", "c"));
        await node.SeesAsync("b", "c");
        Assert.InRange(node.Api.Count(FakeCallKind.List), 2, 3);
        Assert.Equal(0, node.Log.Count(LogEvents.WatchForbidden));
    }

    [Fact]
    public async Task Watch_Bookmarks_MoveItOnPastWhatIsForgotten()
    {
        await using FollowedNode node = await FollowedNode.StartAsync(api => api.Put(new FakePod("shop", "a")));
        await node.WatchesAsync();

        // Changes of other nodes' pods move the version on, and only a bookmark says so.
        node.Api.Put(new FakePod("shop", "elsewhere") { Node = "node-b" });
        node.Api.SendBookmarks();
        node.Api.EndWatches();
        await Eventually.Sees("a second watch", () => node.Api.Count(FakeCallKind.Watch), count => count == 2);

        Assert.Contains("resourceVersion=102", node.Api.Calls[^1].Path, StringComparison.Ordinal);
        Assert.Equal(1, node.Api.Count(FakeCallKind.List));
    }

    [Fact]
    public async Task Watch_RepeatedAndReorderedLines_EndAtTheNewest()
    {
        await using FollowedNode node = await FollowedNode.StartAsync();
        await node.WatchesAsync();
        node.Api.Put(new FakePod("shop", "a") { Uid = "u" });
        node.Api.Put((new FakePod("shop", "a") { Uid = "u" }).With("headroom.io/margin", "1"));
        node.Api.Put((new FakePod("shop", "a") { Uid = "u" }).With("headroom.io/margin", "2"));
        node.Api.Put(new FakePod("shop", "b"));
        node.Api.Remove("shop", "b");
        node.Api.RepeatChanges(5);
        node.Api.Put(new FakePod("shop", "z"));

        await node.SeesAsync("a", "z");
        Assert.Equal("2", node.Pods.Find("shop", "a")!.Annotations["headroom.io/margin"]);
    }

    [Fact]
    public async Task Watch_BytesThatTrickle_AreWholeLines()
    {
        await using FollowedNode node = await FollowedNode.StartAsync(api => api.WritesOf = 7);
        await node.WatchesAsync();
        node.Api.Put(new FakePod("shop", "a"));

        await node.SeesAsync("a");
    }

    [Fact]
    public async Task Watch_NoRightTo_SaysSoOnceAndAsksEverMoreSeldom()
    {
        await using FollowedNode node = await FollowedNode.StartAsync(api => api.Faults =
            call => call.Kind == FakeCallKind.List && call.Number < 6
                ? new FakeFault(403, "pods is forbidden: User \"x\" cannot list resource \"pods\"")
                : null);

        await node.SeesAsync();
        await node.WatchesAsync();
        await Eventually.Sees("recovery told", () => node.Log.Count(LogEvents.WatchRecovered), count => count == 1);

        Assert.Equal(1, node.Log.Count(LogEvents.WatchForbidden));
        Assert.Equal(0, node.Log.Count(LogEvents.WatchFailed));
        AssertPausesGrow(node.Api, FakeCallKind.List, 6);
    }

    [Fact]
    public async Task Watch_Throttled_WaitsForAsLongAsItIsAsked()
    {
        await using FollowedNode node = await FollowedNode.StartAsync(api =>
        {
            api.Put(new FakePod("shop", "a"));
            api.Faults = call => call.Number == 0 ? new FakeFault(429, "too many requests") { RetryAfter = 1 } : null;
        });
        await node.SeesAsync("a");
        await node.WatchesAsync();

        // Each was refused once, and not asked again before a second had passed, but for what a timer may be early.
        foreach (FakeCallKind kind in (ReadOnlySpan<FakeCallKind>)[FakeCallKind.List, FakeCallKind.Watch])
        {
            FakeCall[] calls = [.. node.Api.Calls.Where(call => call.Kind == kind)];
            Assert.Equal(2, calls.Length);
            Assert.InRange(Stopwatch.GetElapsedTime(calls[0].At, calls[1].At).TotalSeconds, 0.98, 60);
        }
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(0)]
    [InlineData(200)]
    public async Task Watch_ServerFails_IsRetriedWithGrowingPausesAndToldOnce(int status)
    {
        await using FollowedNode node = await FollowedNode.StartAsync(api =>
        {
            api.Put(new FakePod("shop", "a"));
            api.Faults = call => call.Kind == FakeCallKind.List && call.Number < 5
                ? new FakeFault(status, status == 500 ? null : "failed")
                : null;
        });
        await node.SeesAsync("a");
        await node.WatchesAsync();
        await Eventually.Sees("recovery told", () => node.Log.Count(LogEvents.WatchRecovered), count => count == 1);

        Assert.Equal(1, node.Log.Count(LogEvents.WatchFailed));
        AssertPausesGrow(node.Api, FakeCallKind.List, 5);
    }

    // For longer than a watch has to last to be a good one.
    [Fact]
    public async Task Watch_ServerTakesItsTimeToFail_PausesGrowAllTheSame()
    {
        TimeSpan delay = FollowedNode.Quick.RetryPause * 25;
        await using FollowedNode node = await FollowedNode.StartAsync(api => api.Faults =
            call => call.Kind == FakeCallKind.List && call.Number < 6 ? new FakeFault(503) { Delay = delay } : null);
        await node.SeesAsync();
        await node.WatchesAsync();

        // A timer may be early by a tick.
        AssertPausesGrow(node.Api, FakeCallKind.List, 6, delay.TotalMilliseconds - 10);
    }

    // The worst that a server can do to itself: each watch ends at once. What is known stays, and nobody hurries.
    [Fact]
    public async Task Watch_EachEndsAtOnce_NoStorm()
    {
        await using FollowedNode node = await FollowedNode.StartAsync(api =>
        {
            api.Put(new FakePod("shop", "a"));
            api.Faults = call => call.Kind == FakeCallKind.Watch ? new FakeFault(500) : null;
        });
        await node.SeesAsync("a");
        await Eventually.Sees("six watches", () => node.Api.Count(FakeCallKind.Watch), count => count >= 6);

        Assert.Equal(1, node.Api.Count(FakeCallKind.List));
        Assert.Single(node.Pods.Pods);
        AssertPausesGrow(node.Api, FakeCallKind.Watch, 6);
    }

    [Fact]
    public async Task Watch_Token_IsShown()
    {
        KubernetesSettings settings = FollowedNode.Quick;
        settings.Token = "secret";
        await using FollowedNode node = await FollowedNode.StartAsync(settings: settings);
        await node.WatchesAsync();

        Assert.All(node.Api.Calls, call => Assert.Equal("secret", call.Token));
    }

    // Calls in a row are apart by half of the doubled pause at least: 20, 40, 80 ms and so on.
    private static void AssertPausesGrow(FakeApiServer api, FakeCallKind kind, int calls, double delay = 0)
    {
        FakeCall[] made = [.. api.Calls.Where(call => call.Kind == kind).Take(calls)];
        for (int i = 1; i < made.Length; i++)
        {
            TimeSpan apart = Stopwatch.GetElapsedTime(made[i - 1].At, made[i].At);
            Assert.True(
                apart >= TimeSpan.FromMilliseconds(delay + 9 * Math.Pow(2, i - 1)),
                $"call {i} of {kind} came {apart.TotalMilliseconds} ms after the one before");
        }
    }
}
