using System.Diagnostics;
using System.Text.Json.Nodes;
using Headroom.Silo.Kubernetes.Resize;
using Headroom.Silo.Options;
using Headroom.Silo.Tests.Monitoring;
using Headroom.Support.Kubernetes;
using Xunit;

namespace Headroom.Kubernetes.Tests.Resize;

public sealed class PodLimitsTests
{
    private const long Mebibyte = 1L << 20;
    private const string Budget = "shop:orders-0:app";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(400)]
    [InlineData(128)]
    public async Task Set_GrowingOrShrinking_IsInEffectOnlyWhenTheKubeletSaysSo(long mebibytes)
    {
        await using FollowedNode node = await StartAsync();
        var applied = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var apply = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        node.Api.Node.Apply = (_, _, _, _) =>
        {
            applied.TrySetResult();
            apply.Task.Wait(Stop);
        };

        Task<LimitChange> change = node.Limits.SetAsync(Budget, mebibytes * Mebibyte, Stop);
        await applied.Task.WaitAsync(TimeSpan.FromSeconds(20), Stop);
        Assert.False(change.IsCompleted);
        Assert.Equal(256 * Mebibyte, node.Limits.LimitBytes(Budget));
        apply.SetResult();

        Assert.Equal(LimitOutcome.InEffect, (await change).Outcome);
        Assert.Equal(mebibytes * Mebibyte, node.Limits.LimitBytes(Budget));
        Assert.Contains("\"uid\":", Patches(node)[0].Body, StringComparison.Ordinal);
        Assert.DoesNotContain("requests", Patches(node)[0].Body, StringComparison.Ordinal);
        Assert.True(node.Limits.IsSettledAt(Budget, mebibytes * Mebibyte));
        Assert.False(node.Limits.IsSettledAt(Budget, 256 * Mebibyte));
        Assert.True(node.Pods.Find("shop", "orders-0")!.Containers[0].IsWantedByUs);
    }

    [Fact]
    public async Task Set_GuaranteedPod_KeepsRequestAndLimitEqual()
    {
        await using FollowedNode node = await StartAsync(new FakePod("shop", "orders-0")
        {
            Qos = "Guaranteed",
            Containers = [new FakeContainer("app") { Id = "1", Request = "256Mi" }],
        });

        Assert.Equal(
            LimitOutcome.InEffect, (await node.Limits.SetAsync(Budget, 300 * Mebibyte, Stop)).Outcome);
        JsonNode container = node.Api.Find("shop", "orders-0")!["spec"]!["containers"]![0]!;
        Assert.Equal($"{300 * Mebibyte}", (string?)container["resources"]!["requests"]!["memory"]);
    }

    [Fact]
    public async Task Set_Sidecar_IsFoundAmongTheInitContainers()
    {
        await using FollowedNode node = await StartAsync(new FakePod("shop", "orders-0")
        {
            Containers =
                [new FakeContainer("proxy") { IsSidecar = true, Id = "2" }, new FakeContainer("app") { Id = "1" }],
        });

        Assert.Equal(
            LimitOutcome.InEffect,
            (await node.Limits.SetAsync("shop:orders-0:proxy", 300 * Mebibyte, Stop)).Outcome);
        Assert.Equal(256 * Mebibyte, node.Limits.LimitBytes(Budget));
    }

    [Fact]
    public async Task Set_SameLimitAgain_IsInEffectAtOnce()
    {
        await using FollowedNode node = await StartAsync();
        Assert.Equal(LimitOutcome.InEffect, (await node.Limits.SetAsync(Budget, 300 * Mebibyte, Stop)).Outcome);
        Assert.Equal(LimitOutcome.InEffect, (await node.Limits.SetAsync(Budget, 300 * Mebibyte, Stop)).Outcome);
    }

    [Theory]
    [InlineData("Deferred")]
    [InlineData("Infeasible")]
    [InlineData("Quota")]
    [InlineData("TooLarge")]
    public async Task Set_MoreThanThereIs_IsToldApart(string outcome)
    {
        await using FollowedNode node = await StartAsync();
        node.Api.Node.FreeBytes = outcome == "Deferred" ? 300 * Mebibyte : null;
        node.Api.Node.FeasibleBytes = outcome == "Infeasible" ? 300 * Mebibyte : null;
        node.Api.Node.QuotaBytes = outcome == "Quota" ? 300 * Mebibyte : null;
        node.Api.Node.AllocatableBytes = outcome == "TooLarge" ? 300 * Mebibyte : null;

        LimitChange change = await node.Limits.SetAsync(Budget, 400 * Mebibyte, Stop);

        Assert.Equal(outcome, change.Outcome.ToString());
        Assert.NotEmpty(change.Message);
        Assert.Equal(256 * Mebibyte, node.Limits.LimitBytes(Budget));
    }

    // What the kubelet said of the resize before says nothing of this one.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Set_AfterOneThatWasDeferred_IsJudgedAnew(bool tellsGeneration)
    {
        await using FollowedNode node = await StartAsync();
        node.Api.Node.TellsGeneration = tellsGeneration;
        node.Api.Node.FreeBytes = 300 * Mebibyte;
        Assert.Equal(LimitOutcome.Deferred, (await node.Limits.SetAsync(Budget, 400 * Mebibyte, Stop)).Outcome);

        Assert.Equal(LimitOutcome.InEffect, (await node.Limits.SetAsync(Budget, 290 * Mebibyte, Stop)).Outcome);
    }

    [Fact]
    public async Task Set_DeferredAndThenFree_ComesIntoEffectByItself()
    {
        await using FollowedNode node = await StartAsync();
        node.Api.Node.FreeBytes = 300 * Mebibyte;
        Assert.Equal(LimitOutcome.Deferred, (await node.Limits.SetAsync(Budget, 400 * Mebibyte, Stop)).Outcome);

        node.Api.Node.FreeBytes = null;
        node.Api.RetryResizes();

        await Eventually.Sees("400 MiB", () => node.Limits.LimitBytes(Budget), limit => limit == 400 * Mebibyte);
    }

    [Fact]
    public async Task Set_WouldChangeTheClass_IsQos()
    {
        await using FollowedNode node = await StartAsync(new FakePod("shop", "orders-0")
        {
            Containers = [new FakeContainer("app") { Id = "1", Request = "128Mi" }],
        });

        Assert.Equal(LimitOutcome.Qos, (await node.Limits.SetAsync(Budget, 128 * Mebibyte, Stop)).Outcome);
    }

    [Fact]
    public async Task Set_BelowTheRequest_IsRefused()
    {
        await using FollowedNode node = await StartAsync();

        LimitChange change = await node.Limits.SetAsync(Budget, 32 * Mebibyte, Stop);

        Assert.Equal(LimitOutcome.Refused, change.Outcome);
        Assert.Contains("must be less than or equal", change.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Set_ShrinkingUnderUse_SaysWhatTheKubeletSaysAndGrowingRecovers()
    {
        await using FollowedNode node = await StartAsync();
        node.Api.Node.Apply = (_, _, _, bytes) =>
        {
            if (bytes < 200 * Mebibyte)
            {
                throw new InvalidOperationException("memory in use is above the limit");
            }
        };

        LimitChange shrunk = await node.Limits.SetAsync(Budget, 128 * Mebibyte, Stop);
        Assert.Equal(LimitOutcome.InProgress, shrunk.Outcome);
        Assert.Contains("memory in use", shrunk.Message, StringComparison.Ordinal);
        Assert.Equal(256 * Mebibyte, node.Limits.LimitBytes(Budget));

        Assert.Equal(LimitOutcome.InEffect, (await node.Limits.SetAsync(Budget, 256 * Mebibyte, Stop)).Outcome);
    }

    [Theory]
    [InlineData(null, 300, "no annotation")]
    [InlineData("299Mi", 300, "more than")]
    [InlineData("bad", 300, "no annotation")]
    public async Task Set_NotAllowedByTheOwner_AsksNobody(string? most, long mebibytes, string why)
    {
        FakePod pod = new("shop", "orders-0") { Containers = [new FakeContainer("app") { Id = "1" }] };
        await using FollowedNode node = await StartAsync(
            most is null ? pod : pod.With("headroom.io/resize-max", most), annotate: false);

        LimitChange change = await node.Limits.SetAsync(Budget, mebibytes * Mebibyte, Stop);

        Assert.Equal(LimitOutcome.NotAllowed, change.Outcome);
        Assert.Contains(why, change.Message, StringComparison.Ordinal);
        Assert.Empty(Patches(node));
        Assert.Equal(most == "299Mi" ? 299 * Mebibyte : null, node.Limits.MostBytes(Budget));
    }

    [Fact]
    public async Task Set_WouldRestartOrIsStaticOrHasNoLimit_IsNotAllowed()
    {
        FakePod pod = new("shop", "orders-0") { Containers = [new FakeContainer("app") { Id = "1" }] };
        foreach (FakePod each in (FakePod[])
        [
            pod with { Containers = [pod.Containers[0] with { RestartsOnResize = true }] },
            pod.With("kubernetes.io/config.mirror", "x"),
            pod with { Containers = [pod.Containers[0] with { Limit = null }] },
        ])
        {
            await using FollowedNode node = await StartAsync(each);
            Assert.Equal(LimitOutcome.NotAllowed, (await node.Limits.SetAsync(Budget, 300 * Mebibyte, Stop)).Outcome);
            Assert.Empty(Patches(node));
        }
    }

    [Fact]
    public async Task Set_Conflicts_ReadsAgainAndGivesUpAfterAFew()
    {
        await using FollowedNode node = await StartAsync();
        node.Api.Faults = call =>
            call.Kind == FakeCallKind.PatchResize && call.Number < 2 ? new FakeFault(409, "modified") : null;
        Assert.Equal(LimitOutcome.InEffect, (await node.Limits.SetAsync(Budget, 300 * Mebibyte, Stop)).Outcome);
        Assert.Equal(2, node.Api.Count(FakeCallKind.GetResize));

        node.Api.Faults = call => call.Kind == FakeCallKind.PatchResize ? new FakeFault(409, "modified") : null;
        Assert.Equal(LimitOutcome.Conflict, (await node.Limits.SetAsync(Budget, 310 * Mebibyte, Stop)).Outcome);
        Assert.Equal(3 + 5, Patches(node).Count);
    }

    [Fact]
    public async Task Set_AnotherPodOfTheName_IsGoneAndNotResized()
    {
        await using FollowedNode node = await StartAsync();
        node.Api.Faults = call => call.Kind == FakeCallKind.Watch ? new FakeFault(500) : null;
        node.Api.BreakWatches();
        await Eventually.Sees("no watch", () => node.Api.Watching, watching => watching == 0);
        node.Api.Put((new FakePod("shop", "orders-0") { Containers = [new FakeContainer("app") { Id = "9" }] })
            .With("headroom.io/resize-max", "1Gi"));

        Assert.Equal(LimitOutcome.Gone, (await node.Limits.SetAsync(Budget, 300 * Mebibyte, Stop)).Outcome);
        Assert.Equal(
            "256Mi",
            (string?)node.Api.Find("shop", "orders-0")!["spec"]!["containers"]![0]!["resources"]!["limits"]!["memory"]);
    }

    [Fact]
    public async Task Set_PodGoesMeanwhile_IsGone()
    {
        await using FollowedNode node = await StartAsync();
        node.Api.Node.FreeBytes = null;
        node.Api.Node.Delay = TimeSpan.FromMinutes(5);
        Task<LimitChange> change = node.Limits.SetAsync(Budget, 300 * Mebibyte, Stop);
        await Eventually.Sees("the patch", () => Patches(node).Count, count => count == 1);
        node.Api.Remove("shop", "orders-0");

        Assert.Equal(LimitOutcome.Gone, (await change).Outcome);
        Assert.Equal(LimitOutcome.Gone, (await node.Limits.SetAsync(Budget, 300 * Mebibyte, Stop)).Outcome);
        Assert.Equal(LimitOutcome.Gone, (await node.Limits.SetAsync("no:such:pod", 1, Stop)).Outcome);
        Assert.Equal(LimitOutcome.Gone, (await node.Limits.SetAsync("none", 1, Stop)).Outcome);
    }

    [Theory]
    [InlineData(403, "Forbidden", 1)]
    [InlineData(404, "Gone", 1)]
    [InlineData(500, "Unreachable", 5)]
    [InlineData(0, "Unreachable", 5)]
    public async Task Set_ServerRefusesOrFails_IsToldAfterABoundedNumberOfTries(int status, string outcome, int tries)
    {
        await using FollowedNode node = await StartAsync();
        node.Api.Faults = call => call.Kind == FakeCallKind.PatchResize
            ? new FakeFault(status, "User \"x\" cannot patch resource \"pods/resize\"")
            : null;

        Assert.Equal(
            outcome, (await node.Limits.SetAsync(Budget, 300 * Mebibyte, Stop)).Outcome.ToString());
        Assert.Equal(tries, Patches(node).Count);
    }

    [Fact]
    public async Task Set_Throttled_WaitsAsAskedAndGoesOn()
    {
        await using FollowedNode node = await StartAsync();
        node.Api.Faults = call => call.Kind == FakeCallKind.PatchResize && call.Number == 0
            ? new FakeFault(429, "slow down") { RetryAfter = 1 }
            : null;

        Assert.Equal(LimitOutcome.InEffect, (await node.Limits.SetAsync(Budget, 300 * Mebibyte, Stop)).Outcome);
        IReadOnlyList<FakeCall> patches = Patches(node);
        Assert.InRange(Stopwatch.GetElapsedTime(patches[0].At, patches[1].At).TotalSeconds, 0.98, 60);
    }

    [Fact]
    public async Task Set_KubeletTakesTooLong_IsInProgressAndMayComeYet()
    {
        KubernetesSettings settings = FollowedNode.Quick;
        settings.ResizeTimeout = TimeSpan.FromMilliseconds(300);
        await using FollowedNode node = await StartAsync(settings: settings);
        node.Api.Node.Delay = TimeSpan.FromMinutes(5);

        Assert.Equal(LimitOutcome.InProgress, (await node.Limits.SetAsync(Budget, 300 * Mebibyte, Stop)).Outcome);

        node.Api.Node.Delay = TimeSpan.Zero;
        node.Api.RetryResizes();
        await Eventually.Sees("300 MiB", () => node.Limits.LimitBytes(Budget), limit => limit == 300 * Mebibyte);
    }

    [Fact]
    public async Task Set_ServerIsSilent_IsUnreachableInTime()
    {
        KubernetesSettings settings = FollowedNode.Quick;
        settings.ResizeTimeout = TimeSpan.FromMilliseconds(300);
        await using FollowedNode node = await StartAsync(settings: settings);
        node.Api.Faults = call =>
            call.Kind == FakeCallKind.PatchResize ? new FakeFault(500) { Delay = TimeSpan.FromMinutes(5) } : null;

        Assert.Equal(LimitOutcome.Unreachable, (await node.Limits.SetAsync(Budget, 300 * Mebibyte, Stop)).Outcome);
    }

    // The kubelet is there while the watch is not: the last look tells.
    [Fact]
    public async Task Set_WatchIsAway_IsSeenAtTheEndOfTheTime()
    {
        KubernetesSettings settings = FollowedNode.Quick;
        settings.ResizeTimeout = TimeSpan.FromSeconds(1);
        await using FollowedNode node = await StartAsync(settings: settings);
        node.Api.Faults = call => call.Kind is FakeCallKind.Watch or FakeCallKind.List ? new FakeFault(503) : null;
        node.Api.BreakWatches();
        await Eventually.Sees("no watch", () => node.Api.Watching, watching => watching == 0);

        Assert.Equal(LimitOutcome.InEffect, (await node.Limits.SetAsync(Budget, 300 * Mebibyte, Stop)).Outcome);
    }

    [Fact]
    public async Task Set_SomebodyElseAsksForAnotherLimit_IsConflict()
    {
        await using FollowedNode node = await StartAsync();
        node.Api.Node.Delay = TimeSpan.FromMinutes(5);
        Task<LimitChange> change = node.Limits.SetAsync(Budget, 300 * Mebibyte, Stop);
        await Eventually.Sees("the patch", () => Patches(node).Count, count => count == 1);
        await Eventually.Sees(
            "300 MiB wanted",
            () => node.Pods.Find("shop", "orders-0")!.Containers[0].WantedLimitBytes,
            wanted => wanted == 300 * Mebibyte);
        node.Api.Change("shop", "orders-0", pod =>
        {
            pod["spec"]!["containers"]![0]!["resources"]!["limits"]!["memory"] = "260Mi";
            pod["metadata"]!["generation"] = 9L;
        });

        Assert.Equal(LimitOutcome.Conflict, (await change).Outcome);
    }

    [Fact]
    public async Task Set_Cancelled_Throws()
    {
        await using FollowedNode node = await StartAsync();
        node.Api.Node.Delay = TimeSpan.FromMinutes(5);
        using var cancelled = new CancellationTokenSource();
        Task<LimitChange> change = node.Limits.SetAsync(Budget, 300 * Mebibyte, cancelled.Token);
        await Eventually.Sees("the patch", () => Patches(node).Count, count => count == 1);
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => change);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => node.Limits.SetAsync(Budget, 0, Stop));
    }

    private static IReadOnlyList<FakeCall> Patches(FollowedNode node) =>
        [.. node.Api.Calls.Where(call => call.Kind == FakeCallKind.PatchResize)];

    private static async Task<FollowedNode> StartAsync(
        FakePod? pod = null, bool annotate = true, KubernetesSettings? settings = null)
    {
        pod ??= new FakePod("shop", "orders-0") { Containers = [new FakeContainer("app") { Id = "1" }] };
        pod = annotate ? pod.With("headroom.io/resize-max", "1Gi") : pod;
        FollowedNode node = await FollowedNode.StartAsync(api => api.Put(pod), settings);
        await node.SeesAsync("orders-0");
        await node.WatchesAsync();
        return node;
    }
}
