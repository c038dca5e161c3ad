using Headroom.Silo.Kubernetes.Discovery;
using Headroom.Silo.Monitoring;
using Headroom.Silo.Tests.Monitoring;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Headroom.Kubernetes.Tests.Discovery;

public sealed class PodCgroupsTests
{
    private const long Mebibyte = FixtureTree.Mebibyte;
    private const string Burstable = "kubepods.slice/kubepods-burstable.slice";
    private const string BestEffort = "kubepods.slice/kubepods-besteffort.slice";

    [Theory]
    [InlineData("kubepods/burstable/pod1-2/0123")]
    [InlineData("kubepods/besteffort/pod1-2/0123")]
    [InlineData("kubepods/pod1-2/0123")]
    [InlineData("kubepods/burstable/pod1-2/crio-0123")]
    [InlineData($"{Burstable}/kubepods-burstable-pod1_2.slice/cri-containerd-0123.scope")]
    [InlineData($"{Burstable}/kubepods-burstable-pod1_2.slice/crio-0123.scope")]
    [InlineData($"{BestEffort}/kubepods-besteffort-pod1_2.slice/docker-0123.scope")]
    [InlineData("kubepods.slice/kubepods-pod1_2.slice/cri-containerd-0123.scope")]
    [InlineData("kubelet/kubepods/burstable/pod1-2/0123")]
    [InlineData("kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-burstable.slice/"
        + "kubelet-kubepods-burstable-pod1_2.slice/cri-containerd-0123.scope")]
    public void Find_EachDriversNames_GivesPathAndLimit(string cgroup)
    {
        using FixtureTree v2 = FixtureTree.V2("/");
        v2.WriteV2(cgroup, 50, 10, 256);
        using FixtureTree v1 = FixtureTree.V1("/");
        v1.WriteV1(cgroup, 50, 10, limit: 256, hierarchicalLimit: 256);

        foreach (FixtureTree tree in (ReadOnlySpan<FixtureTree>)[v2, v1])
        {
            FoundCgroup found = Find(tree, "0123")["0123"];
            Assert.Equal($"/{cgroup}", found.Path);
            Assert.Equal(256 * Mebibyte, found.HardLimitBytes);
            AssertReads(tree, found, 50);
        }
    }

    // What a pod with a private cgroup namespace sees of the node's tree that was mounted for it.
    [Fact]
    public void Find_NodesTreeInAContainer_GivesAPathThatTheMonitorReads()
    {
        using FixtureTree tree = FixtureTree.V2("/");
        string cgroup = $"{Burstable}/kubepods-burstable-pod1_2.slice/cri-containerd-0123.scope";
        tree.Write("proc/self/mountinfo", $"""
            31 23 0:27 / /sys/fs/cgroup ro - cgroup2 cgroup2 rw
            99 23 0:27 /../../../.. {tree.Sys}/fs/cgroup ro - cgroup2 cgroup2 rw

            """);
        tree.WriteV2(cgroup, 50, 10, null);
        tree.WriteV2($"{Burstable}/kubepods-burstable-pod1_2.slice", 60, 10, 300);

        FoundCgroup found = Find(tree, "0123")["0123"];

        Assert.Equal($"/../../../../{cgroup}", found.Path);
        Assert.Equal(300 * Mebibyte, found.HardLimitBytes);
        AssertReads(tree, found, 50);
    }

    [Fact]
    public void Find_HybridMachineWithoutVisibleProcesses_ReadsThePressureOfTheSameNames()
    {
        using FixtureTree tree = FixtureTree.V1("/", hybrid: true);
        tree.WriteV1("kubepods/pod1/0123", 50, 10, limit: 256, hierarchicalLimit: 256);
        tree.Write("sys/fs/cgroup/memory/kubepods/pod1/0123/cgroup.procs", "0\n0\n");
        tree.Write("sys/fs/cgroup/unified/kubepods/pod1/0123/memory.pressure", FixtureTree.Psi(7));
        tree.Write("sys/fs/cgroup/unified/kubepods/pod1/0123/cgroup.events", "populated 1\n");

        CgroupMemory? read = AssertReads(tree, Find(tree, "0123")["0123"], 50);

        Assert.Equal(725, read.Pressure?.Some.Avg10BasisPoints);
    }

    [Fact]
    public void Find_Others_AreLeftOut()
    {
        using FixtureTree tree = FixtureTree.V2("/");
        tree.WriteV2("kubepods.slice/kubepods-pod1_2.slice/crio-conmon-0123.scope", 1, 0, null);
        tree.WriteV2("kubepods.slice/kubepods-pod1_2.slice/crio-4567.scope", 1, 0, null);
        tree.WriteV2("system.slice/cri-containerd-0123.scope", 1, 0, null);
        tree.WriteV2("kubepods.slice/other.slice/cri-containerd-0123.scope", 1, 0, null);

        Assert.Empty(Find(tree, "0123"));
    }

    [Fact]
    public void Find_NoLimit_IsNoLimit()
    {
        using FixtureTree tree = FixtureTree.V2("/");
        tree.WriteV2("kubepods/pod1/0123", 1, 0, null);

        Assert.Null(Find(tree, "0123")["0123"].HardLimitBytes);
    }

    [Fact]
    public void Find_ContainerThatVanishes_IsNotFoundAndOthersAre()
    {
        using FixtureTree tree = FixtureTree.V2("/");
        tree.WriteV2("kubepods/pod1/0123", 1, 0, 5);
        tree.WriteV2("kubepods/pod1/4567", 1, 0, 5);
        var cgroups = new PodCgroups(tree.Proc, tree.Sys);
        Assert.Equal(2, cgroups.Find(Ids("0123", "4567")).Value!.Count);

        Directory.Delete(Path.Combine(tree.Sys, "fs/cgroup/kubepods/pod1/0123"), recursive: true);

        Assert.Equal(["4567"], cgroups.Find(Ids("0123", "4567")).Value!.Keys);
    }

    [Fact]
    public void Find_NoRootOfPods_IsAbsentUntilThereIsOne()
    {
        using FixtureTree tree = FixtureTree.V2("/");
        var cgroups = new PodCgroups(tree.Proc, tree.Sys);
        Assert.Contains("no cgroup of pods", cgroups.Find(Ids("0123")).Failure, StringComparison.Ordinal);

        tree.WriteV2("kubepods/pod1/0123", 1, 0, 5);

        Assert.Single(cgroups.Find(Ids("0123")).Value!);
    }

    [Fact]
    public void Find_NoMountTable_IsAbsentUntilThereIsOne()
    {
        using FixtureTree tree = FixtureTree.V2("/");
        tree.WriteV2("kubepods/pod1/0123", 1, 0, 5);
        tree.Delete("proc/self/mountinfo");
        var cgroups = new PodCgroups(tree.Proc, tree.Sys);
        Assert.NotNull(cgroups.Find(Ids("0123")).Failure);

        tree.Write("proc/self/mountinfo", "31 23 0:27 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");

        Assert.Single(cgroups.Find(Ids("0123")).Value!);
    }

    private static Dictionary<string, FoundCgroup> Find(FixtureTree tree, params string[] ids) =>
        new PodCgroups(tree.Proc, tree.Sys).Find(Ids(ids)).Value!;

    private static HashSet<string> Ids(params string[] ids) => [.. ids];

    private static CgroupMemory AssertReads(FixtureTree tree, FoundCgroup found, long usage)
    {
        var reader = new MachineReader(tree.Proc, tree.Sys, MemoryScope.Machine, new FakeTimeProvider());
        Reading<CgroupMemory> read = reader.ReadContainer(new WatchedContainer("c", found.Path)).Memory;
        Assert.True(read.Value is not null, read.Failure);
        Assert.Equal(usage * Mebibyte, read.Value.UsageBytes);
        Assert.Equal(found.HardLimitBytes, read.Value.HardLimitBytes);
        return read.Value;
    }
}
