using Headroom.Silo.Monitoring;

using Microsoft.Extensions.Time.Testing;

using Xunit;

namespace Headroom.Silo.Tests.Monitoring;

public sealed class MachineReaderTests
{
    private const long Mebibyte = FixtureTree.Mebibyte;
    private const string Pod = "kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1a_2b.slice";
    private const string Scope = $"{Pod}/cri-containerd-0123.scope";

    [Fact]
    public void ReadHost_NoCgroups_IsTheMachine()
    {
        using FixtureTree tree = FixtureTree.Machine();

        AssertHost(tree, total: 1_000, used: 400, limitedBy: null);
    }

    [Fact]
    public void ReadHost_V2WithoutLimit_IsTheMachineAndItsPressure()
    {
        using FixtureTree tree = FixtureTree.V2("/system.slice/silo.service");
        tree.WriteV2("system.slice/silo.service", 50, 10, null);

        HostReading reading = AssertHost(tree, total: 1_000, used: 400, limitedBy: null);
        Assert.Equal(1_425, reading.Pressure.Value!.Some.Avg10BasisPoints);
    }

    [Fact]
    public void ReadHost_V2LimitOfAnAncestor_TakesItsLimitUseAndPressure()
    {
        using FixtureTree tree = FixtureTree.V2("/a/b");
        tree.WriteV2("a/b", 50, 10, 300);
        tree.WriteV2("a", 200, 20, 250);

        HostReading reading = AssertHost(tree, total: 250, used: 180, limitedBy: "a");
        Assert.Equal(325, reading.Pressure.Value!.Some.Avg10BasisPoints);
    }

    [Fact]
    public void ReadHost_V2EqualLimits_CountsTheOutermost()
    {
        using FixtureTree tree = FixtureTree.V2("/a/b");
        tree.WriteV2("a/b", 50, 10, 250);
        tree.WriteV2("a", 200, 20, 250);

        AssertHost(tree, total: 250, used: 180, limitedBy: "a");
    }

    [Fact]
    public void ReadHost_V2PrivateNamespace_TakesTheLimitAtTheMountPoint()
    {
        using FixtureTree tree = FixtureTree.V2("/");
        tree.WriteV2("", 100, 30, 128);

        AssertHost(tree, total: 128, used: 70, limitedBy: "");
    }

    [Fact]
    public void ReadHost_LimitAboveTheMachine_IsTheMachine()
    {
        using FixtureTree tree = FixtureTree.V2("/");
        tree.WriteV2("", 100, 30, 2_000);

        AssertHost(tree, total: 1_000, used: 400, limitedBy: null);
    }

    [Fact]
    public void ReadHost_ScopeMachine_IgnoresTheOwnLimit()
    {
        using FixtureTree tree = FixtureTree.V2("/");
        tree.WriteV2("", 100, 30, 128);

        HostMemory? memory = Reader(tree, MemoryScope.Machine).ReadHost().Memory.Value;

        Assert.Equal(1_000 * Mebibyte, memory!.TotalBytes);
        Assert.Null(memory.LimitedBy);
    }

    [Fact]
    public void ReadHost_V1MountOfASubtree_TakesTheHierarchicalLimit()
    {
        using FixtureTree tree = FixtureTree.V1("/docker/x", mountRoot: "/docker/x");
        tree.WriteV1("", 90, 20, limit: null, hierarchicalLimit: 200);

        AssertHost(tree, total: 200, used: 70, limitedBy: "memory");
    }

    [Fact]
    public void ReadHost_V1LimitOfAnAncestor_CountsTheAncestorsUse()
    {
        using FixtureTree tree = FixtureTree.V1("/a/b");
        tree.WriteV1("a/b", 90, 20, limit: null, hierarchicalLimit: 200);
        tree.WriteV1("a", 150, 40, limit: 200, hierarchicalLimit: 200);

        AssertHost(tree, total: 200, used: 110, limitedBy: "memory/a");
    }

    [Theory]
    [InlineData("sys/fs/cgroup/memory.current")]
    [InlineData("sys/fs/cgroup/memory.stat")]
    [InlineData("proc/self/cgroup")]
    [InlineData("proc/self/mountinfo")]
    [InlineData("proc/meminfo")]
    public void ReadHost_FileMissingInALimitedContainer_IsAbsentAndNeverTheMachine(string missing)
    {
        using FixtureTree tree = FixtureTree.V2("/");
        tree.WriteV2("", 100, 30, 128);
        tree.Delete(missing);

        Reading<HostMemory> reading = Reader(tree).ReadHost().Memory;

        Assert.Null(reading.Value);
        Assert.Contains(Path.GetFileName(missing), reading.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadHost_MountTableReadableLater_Recovers()
    {
        using FixtureTree tree = FixtureTree.V2("/");
        tree.WriteV2("", 100, 30, 128);
        tree.Delete("proc/self/mountinfo");
        MachineReader reader = Reader(tree);
        Assert.Null(reader.ReadHost().Memory.Value);

        tree.Write("proc/self/mountinfo", "31 23 0:27 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");

        Assert.Equal(128 * Mebibyte, reader.ReadHost().Memory.Value?.TotalBytes);
    }

    [Fact]
    public void ReadContainer_V2Kubepods_GivesAllFigures()
    {
        using FixtureTree tree = FixtureTree.V2("/system.slice/silo.service");
        tree.WriteV2(Scope, 120, 50, null);
        tree.WriteV2(Pod, 130, 60, 200);

        CgroupMemory? memory = Read(tree, $"/{Scope}").Value;

        Assert.NotNull(memory);
        Assert.Equal(120 * Mebibyte, memory.UsageBytes);
        Assert.Equal(70 * Mebibyte, memory.WorkingSetBytes);
        Assert.Equal(200 * Mebibyte, memory.HardLimitBytes);
        Assert.Equal(new CgroupEvents(5, 2, 1), memory.Events);
        Assert.Equal(325, memory.Pressure?.Some.Avg10BasisPoints);
    }

    [Fact]
    public void ReadContainer_V2NoLimitAndNoOptionalFiles_IsReadWithoutThem()
    {
        using FixtureTree tree = FixtureTree.V2("/");
        tree.WriteV2("a", 10, 20, null);
        foreach (string optional in (string[])["memory.max", "memory.events", "memory.pressure"])
        {
            tree.Delete($"sys/fs/cgroup/a/{optional}");
        }

        Assert.Equal(
            new CgroupMemory(10 * Mebibyte, 0, null, new CgroupEvents(null, null, null), null),
            Read(tree, "/a").Value);
    }

    [Fact]
    public void ReadContainer_V1_GivesAllFiguresButPressure()
    {
        using FixtureTree tree = FixtureTree.V1("/");
        tree.WriteV1("kubepods/burstable/podx/c", 120, 50, limit: 300, hierarchicalLimit: 200);

        Assert.Equal(
            new CgroupMemory(120 * Mebibyte, 70 * Mebibyte, 200 * Mebibyte, new CgroupEvents(7, null, 3), null),
            Read(tree, "/kubepods/burstable/podx/c").Value);
    }

    [Fact]
    public void ReadContainer_Hybrid_TakesPressureFromTheV2CgroupOfAMember()
    {
        using FixtureTree tree = FixtureTree.V1("/", hybrid: true);
        tree.WriteV1("c", 120, 50, limit: null, hierarchicalLimit: null);
        tree.Write("proc/77/cgroup", "4:memory:/c\n0::/u/c\n");
        tree.WriteV2("unified/u/c", 1, 1, null);

        CgroupMemory? memory = Read(tree, "/c").Value;

        Assert.NotNull(memory);
        Assert.Null(memory.HardLimitBytes);
        Assert.Equal(325, memory.Pressure?.Some.Avg10BasisPoints);
    }

    [Fact]
    public void ReadContainer_HybridMemberInTheV2Root_HasNoPressureOfItsOwn()
    {
        using FixtureTree tree = FixtureTree.V1("/", hybrid: true);
        tree.WriteV1("c", 120, 50, limit: null, hierarchicalLimit: null);
        tree.Write("proc/77/cgroup", "4:memory:/c\n0::/\n");
        tree.Write("sys/fs/cgroup/unified/memory.pressure", FixtureTree.Psi(9));

        Assert.Null(Read(tree, "/c").Value!.Pressure);
    }

    [Theory]
    [InlineData("memory.current", "x\n")]
    [InlineData("memory.current", "")]
    [InlineData("memory.current", "-5\n")]
    [InlineData("memory.current", "99999999999999999999\n")]
    [InlineData("memory.stat", "anon 5\n")]
    [InlineData("memory.stat", "inactive_file many\n")]
    [InlineData("memory.max", "lots\n")]
    public void ReadContainer_MalformedFile_IsAbsentAndNamesIt(string file, string text)
    {
        using FixtureTree tree = FixtureTree.V2("/");
        tree.WriteV2("a", 10, 2, 20);
        tree.Write($"sys/fs/cgroup/a/{file}", text);

        Reading<CgroupMemory> reading = Read(tree, "/a");

        Assert.Null(reading.Value);
        Assert.Contains(file, reading.Failure, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/gone")]
    [InlineData("/../outside")]
    [InlineData("/a/../../../proc")]
    [InlineData("relative")]
    [InlineData("")]
    public void ReadContainer_PathThatIsNotThere_IsAbsent(string path)
    {
        using FixtureTree tree = FixtureTree.V2("/");
        tree.WriteV2("a", 10, 2, 20);
        tree.WriteV2("../outside", 10, 2, 20);

        Assert.Null(Read(tree, path).Value);
        Assert.NotNull(Read(tree, path).Failure);
    }

    [Fact]
    public void ReadHost_ThisMachine_AgreesWithMeminfo()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/proc and /sys are Linux's");

        HostReading reading = new MachineReader("/proc", "/sys", MemoryScope.Own, TimeProvider.System).ReadHost();

        Assert.True(reading.Memory.Value is not null, reading.Memory.Failure);
        Assert.InRange(reading.Memory.Value.TotalBytes, 1, MachineMemory.Read("/proc").Value!.TotalBytes);
        Assert.InRange(reading.Memory.Value.UsedBytes, 1, reading.Memory.Value.TotalBytes);
        Assert.Equal(File.Exists("/proc/pressure/memory"), reading.Pressure.Value is not null);
    }

    private static MachineReader Reader(FixtureTree tree, MemoryScope scope = MemoryScope.Own) =>
        new(tree.Proc, tree.Sys, scope, new FakeTimeProvider());

    private static Reading<CgroupMemory> Read(FixtureTree tree, string path) =>
        Reader(tree).ReadContainer(new WatchedContainer("c", path)).Memory;

    private static HostReading AssertHost(FixtureTree tree, long total, long used, string? limitedBy)
    {
        HostReading reading = Reader(tree).ReadHost();
        Assert.True(reading.Memory.Value is not null, reading.Memory.Failure);
        Assert.Equal(total * Mebibyte, reading.Memory.Value.TotalBytes);
        Assert.Equal(used * Mebibyte, reading.Memory.Value.UsedBytes);
        Assert.Equal(
            limitedBy is null ? null : Path.Combine(tree.Sys, "fs", "cgroup", limitedBy).TrimEnd('/'),
            reading.Memory.Value.LimitedBy);
        return reading;
    }
}
