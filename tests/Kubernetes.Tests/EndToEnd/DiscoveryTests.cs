using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Headroom.Silo.Kubernetes;
using Headroom.Silo.Tests.Monitoring;
using Headroom.Support;
using Headroom.Support.Kubernetes;
using Xunit;

namespace Headroom.Kubernetes.Tests.EndToEnd;

/// <summary>
/// A real silo, real cgroups with real processes in them, and an API server that is as bad as they get.
/// </summary>
[Trait("Kind", "Process")]
public sealed class DiscoveryTests
{
    private const long Mebibyte = 1L << 20;
    private const string Budget = "shop:orders-0:app";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pod_ComesChangesAndGoes_ItsBudgetDoesToo()
    {
        using RealPodCgroup cgroup = Make(bySystemd: false, 256 * Mebibyte);
        await using NodeSilo node = await NodeSilo.StartAsync();
        await using ChildProcess child = cgroup.Start(
            "dotnet", BuiltProgram.LoadClient, "eat", $"{48 * Mebibyte}");
        FakePod pod = new("shop", "orders-0")
        {
            Containers = [new FakeContainer("app") { Id = cgroup.ContainerId }],
        };
        node.Api.Put(pod);

        await node.UntilAsync("limit, use and cgroup of the pod", Budget, seen => seen is { } budget
            && Number(budget, "hardLimitBytes") == 256 * Mebibyte
            && Number(budget, "usageBytes") >= 48 * Mebibyte
            && Number(budget, "effectiveLimitBytes") == Without(256 * Mebibyte, 10)
            && budget.GetProperty("cgroup").GetString() == cgroup.Path);

        node.Api.Put(pod.With("headroom.io/guarantee", "32Mi").With("headroom.io/margin", "25")
            .With("headroom.io/max-urgency.cache", "Optional"));
        await node.UntilAsync("guarantee and margin of the annotations", Budget, seen => seen is { } budget
            && Number(budget, "guaranteeBytes") == 32 * Mebibyte
            && Number(budget, "effectiveLimitBytes") == Without(256 * Mebibyte, 25));
        JsonElement cache = await node.Silo.Http.GetFromJsonAsync<JsonElement>(
            $"/v1/hosts/node-a/containers/{Budget}/subsystems/cache", Stop);
        Assert.Equal("Optional", cache.GetProperty("maxUrgency").GetString());

        node.Api.Put(pod.With("headroom.io/guarantee", "lots"));
        await node.UntilAsync("the defaults again", Budget, seen => seen is { } budget
            && Number(budget, "guaranteeBytes") == 0
            && Number(budget, "effectiveLimitBytes") == Without(256 * Mebibyte, 10));
        Assert.Contains("headroom.io/guarantee", await node.EventAsync("BadAnnotation"), StringComparison.Ordinal);

        cgroup.LimitBytes = 300 * Mebibyte;
        await node.UntilAsync("the limit that was raised", Budget, seen => seen is { } budget
            && Number(budget, "limitBytes") == Without(300 * Mebibyte, 10)
            && Number(budget, "effectiveLimitBytes") == Without(300 * Mebibyte, 10));

        await child.KillAsync();
        cgroup.Dispose();
        node.Api.Remove("shop", "orders-0");
        await node.UntilAsync("no budget", Budget, seen => seen is null);
        Assert.Equal(1, node.Api.Count(FakeCallKind.CreateEvent));
        await node.AssertAuditAsync();
    }

    [Fact]
    public async Task Container_Restarts_TheSameBudgetReadsTheNewCgroup()
    {
        using RealPodCgroup first = Make(bySystemd: true, 128 * Mebibyte);
        using RealPodCgroup second = Make(bySystemd: true, 160 * Mebibyte);
        await using NodeSilo node = await NodeSilo.StartAsync();
        FakePod pod = new("shop", "orders-0") { Containers = [new FakeContainer("app") { Id = first.ContainerId }] };
        node.Api.Put(pod);
        await node.UntilAsync("the first cgroup", Budget, seen =>
            seen is { } budget && Number(budget, "hardLimitBytes") == 128 * Mebibyte);

        FakeContainer waiting = new("app") { Id = first.ContainerId, State = "waiting" };
        node.Api.Put(pod with { Containers = [waiting] });
        await node.UntilAsync("no cgroup", Budget, seen =>
            seen is { } budget && budget.GetProperty("cgroup").GetString() == "");

        node.Api.Put(pod with { Containers = [new FakeContainer("app") { Id = second.ContainerId }] });
        await node.UntilAsync("the second cgroup", Budget, seen => seen is { } budget
            && Number(budget, "hardLimitBytes") == 160 * Mebibyte
            && Number(budget, "effectiveLimitBytes") == Without(160 * Mebibyte, 10));
    }

    // The silo as a DaemonSet runs it: in a pod's cgroup with a cgroup and a PID namespace of its own, and the node's
    // cgroups mounted elsewhere. Clients are in other PID namespaces, and only their cgroups can be looked at.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SiloInAPod_ClientIsKilled_ItsBytesComeBackByWhatTheCgroupShows(bool podGoesToo)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "namespaces need root");
        using RealPodCgroup own = Make(bySystemd: true, 1024 * Mebibyte);
        using RealPodCgroup cgroup = Make(bySystemd: true, 512 * Mebibyte);
        using var root = new TemporaryFolder();
        Directory.CreateDirectory($"{root.Path}/fs/cgroup");
        string inside = $"mount --rbind /sys/fs/cgroup {root.Path}/fs/cgroup && exec \"$@\"";
        var pod = new SiloPlace(
            "127.0.0.1",
            [
                "/bin/sh", "-c",
                $"{own.Enter}exec unshare --cgroup --mount --pid --fork --kill-child --mount-proc "
                + $"/bin/sh -c '{inside}' sh \"$@\"",
                "sh",
            ]);
        await using NodeSilo node = await NodeSilo.StartAsync(pod, $"--Headroom:Monitor:SysRoot={root.Path}");
        node.Api.Put(new FakePod("shop", "orders-0")
        {
            Containers = [new FakeContainer("app") { Id = cgroup.ContainerId, Limit = "512Mi" }],
        });
        await node.UntilAsync("the pod's cgroup", Budget, seen =>
            seen is { } budget && Number(budget, "hardLimitBytes") == 512 * Mebibyte);

        const long bytes = 64 * Mebibyte;
        await using (ChildProcess client = cgroup.Start(
            "dotnet", BuiltProgram.LoadClient, "hold", node.Silo.Gateway, "node-a", Budget, $"{bytes}"))
        {
            await node.UntilAsync("the client's lease and its memory", Budget, seen => seen is { } budget
                && Sum(budget, "leasedBytes") >= bytes && Number(budget, "usageBytes") >= bytes);
            await client.KillAsync();
        }

        if (podGoesToo)
        {
            cgroup.Dispose();
            node.Api.Remove("shop", "orders-0");
            await node.UntilAsync("no budget", Budget, seen => seen is null);
        }
        else
        {
            await node.UntilAsync("all free again", Budget, seen => seen is { } budget
                && Sum(budget, "leasedBytes") + Number(budget, "ghostBytes") + Number(budget, "sessions") == 0);
        }

        await node.AssertAuditAsync();
    }

    [Fact]
    public async Task Pod_GoesWhileALeaseIsHeld_TheBudgetGoesOnceItIsBack()
    {
        await using NodeSilo node = await NodeSilo.StartAsync();
        node.Api.Put(new FakePod("shop", "orders-0").With("headroom.io/guarantee", "32Mi"));
        await node.UntilAsync("the guarantee", Budget, seen =>
            seen is { } budget && Number(budget, "guaranteeBytes") == 32 * Mebibyte);
        using HttpResponseMessage lease = await node.Silo.Http.PostAsJsonAsync(
            $"/v1/hosts/node-a/containers/{Budget}/subsystems/journal/leases",
            new { bytes = 1024, urgency = "SafeToFail", requestId = "a", ttlSeconds = 300 },
            Stop);
        lease.EnsureSuccessStatusCode();
        JsonElement granted = await lease.Content.ReadFromJsonAsync<JsonElement>(Stop);

        node.Api.Remove("shop", "orders-0");
        await node.UntilAsync("no guarantee, and the lease", Budget, seen => seen is { } budget
            && Number(budget, "guaranteeBytes") == 0 && Sum(budget, "leasedBytes") == 1024);

        await node.Silo.Http.DeleteAsync($"/v1/leases/{granted.GetProperty("leaseId").GetString()}", Stop);
        await node.UntilAsync("no budget", Budget, seen => seen is null);
        await node.AssertAuditAsync();
    }

    [Fact]
    public async Task ApiServer_AwayAndBack_BudgetsStayAndNewPodsComeLater()
    {
        await using NodeSilo node = await NodeSilo.StartAsync();
        node.Api.Put(new FakePod("shop", "orders-0"));
        await node.UntilAsync("the budget", Budget, seen => seen is not null);

        node.Api.Faults = _ => new FakeFault(503);
        node.Api.BreakWatches();
        int before = node.Api.Count(FakeCallKind.Watch);
        await Eventually.Sees(
            "watches that fail", () => node.Api.Count(FakeCallKind.Watch), count => count > before + 1);
        node.Api.Put(new FakePod("shop", "orders-1"));
        Assert.NotNull(await node.BudgetAsync(Budget));
        node.Api.Faults = null;

        await node.UntilAsync("the new pod", "shop:orders-1:app", seen => seen is not null);
        Assert.NotNull(await node.BudgetAsync(Budget));
        Assert.Contains($"[{LogEvents.WatchFailed}]", node.Silo.Process.ToString(), StringComparison.Ordinal);
    }

    // A silo that has never seen the list knows nothing: it must not take budgets of an earlier life for gone.
    [Fact]
    public async Task Silo_RestartedWithoutAnApiServer_KeepsTheBudgetsThatItHad()
    {
        await using NodeSilo node = await NodeSilo.StartAsync();
        node.Api.Put(new FakePod("shop", "orders-0").With("headroom.io/guarantee", "32Mi"));
        node.Api.Put(new FakePod("shop", "orders-1"));
        await node.UntilAsync("the guarantee", Budget, seen =>
            seen is { } budget && Number(budget, "guaranteeBytes") == 32 * Mebibyte);
        await node.UntilAsync("the other", "shop:orders-1:app", seen => seen is not null);

        node.Api.Faults = _ => new FakeFault(403);
        node.Api.BreakWatches();
        await Eventually.Sees("no watch", () => node.Api.Watching, watching => watching == 0);
        node.Api.Remove("shop", "orders-1");
        await node.Silo.TerminateAsync(Stop);
        await node.Silo.RestartAsync();
        int before = node.Api.Count(FakeCallKind.List);
        await Eventually.Sees(
            "lists that are refused", () => node.Api.Count(FakeCallKind.List), count => count > before + 1);
        Assert.Equal(32 * Mebibyte, Number((await node.BudgetAsync(Budget))!.Value, "guaranteeBytes"));
        Assert.NotNull(await node.BudgetAsync("shop:orders-1:app"));

        node.Api.Faults = null;
        await node.UntilAsync("the one that is gone", "shop:orders-1:app", seen => seen is null);
        Assert.Equal(32 * Mebibyte, Number((await node.BudgetAsync(Budget))!.Value, "guaranteeBytes"));
    }

    [Fact]
    public async Task Guarantees_MoreThanTheNodeHas_TheRestIsToldAndKeepsItsLimit()
    {
        await using NodeSilo node = await NodeSilo.StartAsync(
            settings:
            [
                $"--Headroom:Host:CapacityBytes={100 * Mebibyte}", "--Headroom:Host:ReserveBytes=0",
            ]);
        node.Api.Put(new FakePod("shop", "orders-0") { Containers = [new FakeContainer("app") { Limit = "90Mi" }] }
            .With("headroom.io/guarantee", "60Mi"));
        await node.UntilAsync("the guarantee", Budget, seen =>
            seen is { } budget && Number(budget, "guaranteeBytes") == 60 * Mebibyte);
        node.Api.Put(new FakePod("shop", "orders-1") { Containers = [new FakeContainer("app") { Limit = "90Mi" }] }
            .With("headroom.io/guarantee", "50Mi"));

        await node.UntilAsync("the limit without the guarantee", "shop:orders-1:app", seen => seen is { } budget
            && Number(budget, "limitBytes") == Without(90 * Mebibyte, 10) && Number(budget, "guaranteeBytes") == 0);
        Assert.Contains("orders-1", await node.EventAsync("GuaranteeRefused"), StringComparison.Ordinal);

        node.Api.Remove("shop", "orders-0");
        await node.UntilAsync("the guarantee, once there is room", "shop:orders-1:app", seen =>
            seen is { } budget && Number(budget, "guaranteeBytes") == 50 * Mebibyte);
    }

    // From the request past the hard limit to the kernel's own, and nothing of it for lower urgencies.
    [Fact]
    public async Task MustSucceed_PastTheHardLimit_IsGrantedOnceTheCgroupHasIt()
    {
        using RealPodCgroup cgroup = Make(bySystemd: false, 128 * Mebibyte);
        await using NodeSilo node = await NodeSilo.StartAsync();
        node.Api.Node.Apply = (_, _, _, bytes) => cgroup.LimitBytes = bytes;
        node.Api.Put(new FakePod("shop", "orders-0")
        {
            Containers = [new FakeContainer("app") { Id = cgroup.ContainerId, Limit = "128Mi" }],
        }.With("headroom.io/resize-max", "512Mi"));
        await node.UntilAsync("the pod's cgroup", Budget, seen => seen is { } budget
            && Number(budget, "hardLimitBytes") == 128 * Mebibyte && Number(budget, "resizeMaxBytes") > 0);

        using HttpResponseMessage answer = await node.Silo.Http.PostAsJsonAsync(
            $"/v1/hosts/node-a/containers/{Budget}/subsystems/journal/leases",
            new
            {
                bytes = 200 * Mebibyte,
                urgency = "MustSucceed",
                requestId = "a",
                reason = "commit",
                waitSeconds = 20,
            },
            Stop);
        string granted = await answer.Content.ReadAsStringAsync(Stop);

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.Contains("\"rung\":\"resize\"", granted, StringComparison.Ordinal);
        Assert.InRange(cgroup.LimitBytes, 200 * Mebibyte, 512 * Mebibyte);
        await node.UntilAsync("the owner's limit for ordinary urgencies", Budget, seen => seen is { } budget
            && Number(budget, "hardLimitBytes") == cgroup.LimitBytes
            && Number(budget, "ownLimitBytes") == 128 * Mebibyte
            && Number(budget, "effectiveLimitBytes") == Without(128 * Mebibyte, 10));
        await node.AssertAuditAsync();
    }

    private static long Without(long hardLimitBytes, int marginPercent) =>
        hardLimitBytes - (hardLimitBytes / 100 * marginPercent);

    private static long Number(JsonElement seen, string name) =>
        seen.TryGetProperty(name, out JsonElement number) && number.ValueKind == JsonValueKind.Number
            ? number.GetInt64()
            : -1;

    private static long Sum(JsonElement seen, string name) =>
        seen.GetProperty(name).EnumerateObject().Sum(level => level.Value.GetInt64());

    private static RealPodCgroup Make(bool bySystemd, long limitBytes)
    {
        RealPodCgroup? cgroup = RealPodCgroup.TryMake(bySystemd, limitBytes);
        Assert.SkipWhen(cgroup is null, "making a cgroup of pods is not possible here");
        return cgroup;
    }
}
