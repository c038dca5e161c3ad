using Headroom.Silo.Monitoring;

using Xunit;

namespace Headroom.Silo.Tests.Monitoring;

public sealed class CgroupParsingTests
{
    [Theory]
    [InlineData("0::/\n", null, "/")]
    [InlineData("0::/kubepods.slice/a:b.scope\n", null, "/kubepods.slice/a:b.scope")]
    [InlineData("4:memory:/x\n1:cpu,cpuacct:/y\n", "/x", null)]
    [InlineData("4:hugetlb,memory:/x\n0::/z\n", "/x", "/z")]
    [InlineData("4:memory:/x (deleted)\n", "/x", null)]
    [InlineData("9:name=memory:/wrong\n5:memoryless:/wrong\n", null, null)]
    [InlineData("7::/not-the-v2-line\n", null, null)]
    [InlineData("", null, null)]
    [InlineData("garbage\n:\n::\n4:memory\n4:memory:relative\n", null, null)]
    public void Parse_MembershipLines_FindsMemoryAndUnified(string text, string? memory, string? unified) =>
        Assert.Equal(new CgroupMembership(memory, unified), CgroupMembership.Parse(text));

    [Fact]
    public void Parse_MountLines_KeepsTheTwoKindsAndUnescapes()
    {
        IReadOnlyList<CgroupMount> mounts = CgroupMount.Parse("""
            22 27 0:21 / /proc rw,relatime - proc proc rw
            35 31 0:32 /docker/a\040b /sys/fs/cgroup/memory rw master:1 shared:2 - cgroup cgroup rw,hugetlb,memory
            36 31 0:33 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu
            41 31 0:38 /../.. /mnt/c\134g\011 rw - cgroup2 none rw,nsdelegate
            41 31 0:38 / /short rw - cgroup2
            not a line
            """);

        Assert.Equal(
            [
                new CgroupMount(false, "/docker/a b", "/sys/fs/cgroup/memory"),
                new CgroupMount(true, "/../..", "/mnt/c\\g\t"),
            ],
            mounts);
    }

    [Theory]
    [InlineData("/", "/", "")]
    [InlineData("/", "/a/b", "a|b")]
    [InlineData("/docker/x", "/docker/x", "")]
    [InlineData("/docker/x", "/docker/x/sub", "sub")]
    [InlineData("/docker/x", "/docker/xy", null)]
    [InlineData("/docker/x", "/docker", null)]
    [InlineData("/", "/../sibling", null)]
    [InlineData("/", "/a/../../etc", null)]
    [InlineData("/../..", "/a", null)]
    [InlineData("/", "a", null)]
    [InlineData("/", "", null)]
    [InlineData("/", "/a\0b", null)]
    public void Locate_RootAndPath_GivesTheNamesBetweenOrNone(string root, string path, string? expected) =>
        Assert.Equal(
            expected?.Split('|', StringSplitOptions.RemoveEmptyEntries),
            new CgroupMount(true, root, "/mnt").Locate(path));

    [Theory]
    [InlineData("max\n", true, null)]
    [InlineData("0\n", true, 0L)]
    [InlineData("67108864\n", true, 67_108_864L)]
    [InlineData("9223372036854771712\n", true, null)] // v1, pages of 4 KiB
    [InlineData("9223372036854710272\n", true, null)] // v1, pages of 64 KiB
    [InlineData("9223372036854775807\n", true, null)]
    [InlineData("18446744073709551615\n", true, null)] // v1 before page counters
    [InlineData("-1\n", false, null)]
    [InlineData("", false, null)]
    [InlineData("12 kB", false, null)]
    [InlineData("99999999999999999999999", false, null)]
    public void TryLimit_AnyText_IsALimitOrNotOne(string text, bool expected, long? bytes)
    {
        Assert.Equal(expected, Figures.TryLimit(text, out long? found));
        Assert.Equal(bytes, found);
    }

    [Fact]
    public void Read_MountTable_PrefersTheGivenRootAndTheLaterMount()
    {
        using FixtureTree tree = FixtureTree.Machine();
        tree.Write("proc/self/mountinfo", $"""
            1 1 0:1 /own /sys/fs/cgroup rw - cgroup2 cgroup2 rw
            1 1 0:1 /first {tree.Sys}/fs/cgroup rw - cgroup2 cgroup2 rw
            1 1 0:1 /second {tree.Sys}/fs/cgroup rw - cgroup2 cgroup2 rw
            1 1 0:1 /other /mnt/elsewhere rw - cgroup2 cgroup2 rw
            """);

        CgroupHierarchies? found = CgroupHierarchies.Read(tree.Proc, tree.Sys).Value;

        Assert.Equal(new CgroupHierarchies(null, new CgroupMount(true, "/second", $"{tree.Sys}/fs/cgroup")), found);
    }
}
