using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Headroom.Support;
using Headroom.Support.Kubernetes;
using Xunit;

namespace Headroom.Kubernetes.Tests.EndToEnd;

/// <summary>Must-succeed past the hard limit: a real silo, a kubelet that changes a real cgroup, or does not.</summary>
[Trait("Kind", "Process")]
public sealed class ResizeTests
{
    private const long Mebibyte = 1L << 20;
    private const long Own = 128 * Mebibyte;
    private const long Most = 512 * Mebibyte;
    private const string Budget = "shop:orders-0:app";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    // From the request to the kernel's own limit, nothing of it for lower urgencies, and back: not while the memory is
    // in use, whatever became of the lease.
    [Fact]
    public async Task MustSucceed_PastTheHardLimit_IsGrantedOnceTheCgroupHasItAndItGoesBack()
    {
        using RealPodCgroup? cgroup = RealPodCgroup.TryMake(bySystemd: false, Own);
        Assert.SkipWhen(cgroup is null, "making a cgroup of pods is not possible here");
        await using NodeSilo node = await StartAsync(cgroup);

        JsonElement granted = await AcquireAsync(node, HttpStatusCode.Created);
        Assert.Equal("resize", granted.GetProperty("rung").GetString());
        long raised = cgroup.LimitBytes;
        Assert.InRange(raised, 200 * Mebibyte, Most);
        await node.UntilAsync("the owner's limit for ordinary urgencies", Budget, seen => seen is { } budget
            && Number(budget, "hardLimitBytes") == raised
            && Number(budget, "ownLimitBytes") == Own
            && Number(budget, "effectiveLimitBytes") == Own - (Own / 100 * 10));

        await using (ChildProcess child = cgroup.Start("dotnet", BuiltProgram.LoadClient, "eat", $"{160 * Mebibyte}"))
        {
            await node.UntilAsync("the memory in use", Budget, seen =>
                seen is { } budget && Number(budget, "usageBytes") >= 160 * Mebibyte);
            using HttpResponseMessage released = await node.Silo.Http.DeleteAsync(
                $"/v1/leases/{granted.GetProperty("leaseId").GetString()}", Stop);
            await node.UntilAsync("no lease, and the limit as long as there is use", Budget, seen =>
                seen is { } budget
                && Number(budget, "mustSucceedBytes") == 0
                && Number(budget, "wantedHardLimitBytes") == raised);
            await child.KillAsync();
        }

        await node.UntilAsync("the owner's limit again", Budget, seen => seen is { } budget
            && Number(budget, "hardLimitBytes") == Own && Number(budget, "wantedHardLimitBytes") == Own);
        Assert.Equal(Own, cgroup.LimitBytes);
        await node.AssertAuditAsync();
    }

    [Fact]
    public async Task MustSucceed_ResizeIsDeferred_GoesOnWithTheReasonAndIsMetWhenItComes()
    {
        using RealPodCgroup? cgroup = RealPodCgroup.TryMake(bySystemd: true, Own);
        Assert.SkipWhen(cgroup is null, "making a cgroup of pods is not possible here");
        await using NodeSilo node = await StartAsync(cgroup);
        node.Api.Node.FreeBytes = 150 * Mebibyte;

        JsonElement waiting = await AcquireAsync(node, HttpStatusCode.Accepted);
        Assert.Contains("deferred", waiting.GetProperty("detail").GetString(), StringComparison.OrdinalIgnoreCase);
        Assert.Contains(
            waiting.GetProperty("rungs").EnumerateArray(), rung => rung.GetProperty("rung").GetString() == "resize");
        Assert.Equal(Own, cgroup.LimitBytes);

        node.Api.Node.FreeBytes = null;
        node.Api.RetryResizes();
        await node.UntilAsync("the raised limit", Budget, seen =>
            seen is { } budget && Number(budget, "hardLimitBytes") > Own);
        await AcquireAsync(node, HttpStatusCode.Created);
        await node.AssertAuditAsync();
    }

    private static async Task<NodeSilo> StartAsync(RealPodCgroup cgroup)
    {
        NodeSilo node = await NodeSilo.StartAsync();
        node.Api.Node.Apply = (_, _, _, bytes) => cgroup.LimitBytes = bytes;
        node.Api.Put(new FakePod("shop", "orders-0")
        {
            Containers = [new FakeContainer("app") { Id = cgroup.ContainerId, Limit = "128Mi" }],
        }.With("headroom.io/resize-max", "512Mi"));
        await node.UntilAsync("the pod's cgroup", Budget, seen => seen is { } budget
            && Number(budget, "hardLimitBytes") == Own && Number(budget, "resizeMaxBytes") == Most);
        return node;
    }

    // The same request each time: one that waits keeps its place.
    private static async Task<JsonElement> AcquireAsync(NodeSilo node, HttpStatusCode expected)
    {
        var request = new
        {
            bytes = 200 * Mebibyte,
            urgency = "MustSucceed",
            requestId = "a",
            reason = "commit",
            waitSeconds = expected == HttpStatusCode.Created ? 30 : 8,
            ttlSeconds = 300,
        };
        using HttpResponseMessage answer = await node.Silo.Http.PostAsJsonAsync(
            $"/v1/hosts/node-a/containers/{Budget}/subsystems/journal/leases", request, Stop);
        string body = await answer.Content.ReadAsStringAsync(Stop);
        Assert.True(answer.StatusCode == expected, $"{answer.StatusCode}: {body}");
        using JsonDocument parsed = JsonDocument.Parse(body);
        return parsed.RootElement.Clone();
    }

    private static long Number(JsonElement seen, string name) =>
        seen.TryGetProperty(name, out JsonElement number) && number.ValueKind == JsonValueKind.Number
            ? number.GetInt64()
            : -1;
}
