using System.Text.Json;
using System.Text.Json.Nodes;
using Headroom.Silo.Kubernetes.Api;
using Headroom.Silo.Kubernetes.Pods;
using Headroom.Support.Kubernetes;
using Xunit;

namespace Headroom.Kubernetes.Tests.Pods;

public sealed class PodReaderTests
{
    [Fact]
    public void Read_RunningPod_TakesWhatIsNeeded()
    {
        Pod pod = GivenPod.Read(new FakePod("shop", "orders-0")
        {
            Uid = "u",
            Qos = "Guaranteed",
            Annotations = new Dictionary<string, string> { ["headroom.io/margin"] = "5", ["other.io/x"] = "y" },
            Containers = [new FakeContainer("app") { Id = "0123", Limit = "256Mi" }],
        });

        Assert.Equal(("shop", "orders-0", "u"), (pod.Namespace, pod.Name, pod.Uid));
        Assert.True(pod.IsGuaranteed);
        Assert.False(pod.IsMirror);
        Assert.False(pod.HasEnded);
        Assert.Equal(["headroom.io/margin"], pod.Annotations.Keys);
        PodContainer app = Assert.Single(pod.Budgeted);
        Assert.Equal("0123", app.RunningId);
        Assert.Equal(256 * GivenPod.Mebibyte, app.WantedLimitBytes);
        Assert.Equal(256 * GivenPod.Mebibyte, app.ActualLimitBytes);
    }

    [Theory]
    [InlineData("running", 0, "Always", true, true)]
    [InlineData("waiting", 0, "Always", false, true)]
    [InlineData("terminated", 0, "Always", false, true)]
    [InlineData("terminated", 1, "Always", false, true)]
    [InlineData("terminated", 0, "OnFailure", false, false)]
    [InlineData("terminated", 1, "OnFailure", false, true)]
    [InlineData("terminated", 1, "Never", false, false)]
    public void Read_StateOfAContainer_TellsWhetherItRunsAndMayRunAgain(
        string state, int exitCode, string restartPolicy, bool runs, bool hasBudget)
    {
        Pod pod = GivenPod.Read(new FakePod("shop", "a")
        {
            RestartPolicy = restartPolicy,
            Containers = [new FakeContainer("app") { Id = "0123", State = state, ExitCode = exitCode }],
        });

        Assert.Equal(runs ? "0123" : null, pod.Containers[0].RunningId);
        Assert.Equal(hasBudget, pod.Budgeted.Any());
    }

    [Fact]
    public void Read_InitContainers_OnlySidecarsHaveBudgets()
    {
        Pod pod = GivenPod.Read(new FakePod("shop", "a")
        {
            Containers =
            [
                new FakeContainer("setup") { IsInit = true, State = "terminated" },
                new FakeContainer("proxy") { IsSidecar = true, Id = "1" },
                new FakeContainer("app") { Id = "2" },
            ],
        });

        Assert.Equal(["proxy", "app"], pod.Budgeted.Select(container => container.Name));
        Assert.Equal(ContainerKind.Init, pod.Containers[0].Kind);
        Assert.Equal(ContainerKind.Sidecar, pod.Containers[1].Kind);
    }

    [Theory]
    [InlineData("Succeeded", false)]
    [InlineData("Failed", false)]
    [InlineData("Running", true)]
    [InlineData("Pending", true)]
    [InlineData("Unknown", true)]
    public void Read_Phase_TellsWhetherAnythingMayStillRun(string phase, bool hasBudget) =>
        Assert.Equal(hasBudget, GivenPod.Read(new FakePod("shop", "a") { Phase = phase }).Budgeted.Any());

    [Fact]
    public void Read_MirrorPodAndPodLevelLimit_AreSeen()
    {
        Pod pod = GivenPod.Read(
            (new FakePod("kube-system", "etcd-node-a") { PodLimit = "1Gi" })
                .With("kubernetes.io/config.mirror", "hash"));

        Assert.True(pod.IsMirror);
        Assert.Equal(1L << 30, pod.PodLimitBytes);
    }

    [Fact]
    public void Read_PodThatWasNeverStarted_HasNoRunningContainerAndItsWantedLimit()
    {
        JsonObject json = new FakePod("shop", "a").ToJson();
        json.Remove("status");
        using JsonDocument document = JsonDocument.Parse(json.ToJsonString());

        PodContainer app = Assert.Single(WatchLine.ReadPod(document.RootElement)!.Budgeted);
        Assert.Null(app.RunningId);
        Assert.Equal(256 * GivenPod.Mebibyte, app.LimitBytes);
    }

    [Theory]
    [InlineData("""{"metadata":{"name":"a"}}""")]
    [InlineData("""{"metadata":{"name":"a","namespace":"b","uid":"c"},"spec":{"containers":"none"}}""")]
    [InlineData("""{"metadata":{"name":"a","namespace":"b","uid":"c","creationTimestamp":"yesterday"}}""")]
    [InlineData("[]")]
    public void Read_WhatIsNoPod_IsNull(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);

        Assert.Null(WatchLine.ReadPod(document.RootElement));
    }
}
