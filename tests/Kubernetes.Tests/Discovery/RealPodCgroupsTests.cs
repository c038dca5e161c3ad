using Headroom.Silo.Kubernetes.Discovery;
using Headroom.Silo.Monitoring;
using Headroom.Silo.Tests.Monitoring;
using Headroom.Support;
using Headroom.Support.Kubernetes;
using Xunit;

namespace Headroom.Kubernetes.Tests.Discovery;

/// <summary>Against cgroups of the running kernel, made as a kubelet makes them.</summary>
[Trait("Kind", "Process")]
public sealed class RealPodCgroupsTests
{
    private const long Mebibyte = 1L << 20;

    private readonly PodCgroups _cgroups = new("/proc", "/sys");
    private readonly MachineReader _reader = new("/proc", "/sys", MemoryScope.Machine, TimeProvider.System);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Find_RealCgroup_ItsUsageLimitAndPressureAreRead(bool bySystemd)
    {
        using RealPodCgroup cgroup = Make(bySystemd, 128 * Mebibyte);
        FoundCgroup found = Find(cgroup)!;
        Assert.Equal(cgroup.Path, found.Path);
        Assert.Equal(128 * Mebibyte, found.HardLimitBytes);

        await using (ChildProcess child = cgroup.Start(
            "dotnet", BuiltProgram.LoadClient, "eat", $"{48 * Mebibyte}"))
        {
            CgroupMemory held = await Eventually.Sees(
                "a working set of 48 MiB or more", () => Read(found)!, seen => seen.WorkingSetBytes >= 48 * Mebibyte);
            Assert.Equal(128 * Mebibyte, held.HardLimitBytes);
            Assert.Equal(0, held.Events.OomKills);
            Assert.True(held.Pressure is not null || cgroup.UnifiedDirectory is null, "no pressure was read");
        }

        cgroup.LimitBytes = 200 * Mebibyte;
        Assert.Equal(200 * Mebibyte, Find(cgroup)!.HardLimitBytes);
        cgroup.Dispose();
        Assert.Null(Find(cgroup));
    }

    [Fact]
    public async Task Find_ProcessPastItsLimit_TheKillIsCounted()
    {
        using RealPodCgroup cgroup = Make(bySystemd: true, 24 * Mebibyte);
        FoundCgroup found = Find(cgroup)!;

        // tail keeps all of a line in memory, and /dev/zero is one that never ends.
        await using ChildProcess child = cgroup.Start("tail", "-n", "1", "/dev/zero");
        CgroupMemory killed = await Eventually.Sees(
            "a kill", () => Read(found)!, seen => seen.Events.OomKills > 0);

        Assert.True(killed.Events.LimitHits > 0, $"{killed}");
    }

    private Dictionary<string, FoundCgroup> All(RealPodCgroup cgroup) =>
        _cgroups.Find(new HashSet<string> { cgroup.ContainerId }).Value ?? [];

    private FoundCgroup? Find(RealPodCgroup cgroup) => All(cgroup).GetValueOrDefault(cgroup.ContainerId);

    private CgroupMemory? Read(FoundCgroup found) =>
        _reader.ReadContainer(new WatchedContainer("c", found.Path)).Memory.Value;

    private static RealPodCgroup Make(bool bySystemd, long limitBytes)
    {
        RealPodCgroup? cgroup = RealPodCgroup.TryMake(bySystemd, limitBytes);
        Assert.SkipWhen(cgroup is null, "making a cgroup of pods is not possible here");
        return cgroup;
    }
}
