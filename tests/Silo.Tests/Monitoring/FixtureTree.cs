namespace Headroom.Silo.Tests.Monitoring;

/// <summary>A tree of files that stands in for /proc and /sys; removed on dispose.</summary>
internal sealed class FixtureTree : IDisposable
{
    public const long Mebibyte = 1L << 20;

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("headroom-monitor-");

    public string Proc => Path.Combine(_root.FullName, "proc");

    public string Sys => Path.Combine(_root.FullName, "sys");

    /// <summary>A machine with 1,000 MiB, of which 600 MiB are available, and no cgroups.</summary>
    public static FixtureTree Machine()
    {
        FixtureTree tree = new();
        tree.Write(
            "proc/meminfo",
            "MemTotal:        1024000 kB\nMemFree:  1 kB\nMemAvailable:     614400 kB\nHugePages_Total:  0\n");
        tree.Write("proc/pressure/memory", Psi(14));
        tree.Write("proc/self/mountinfo", "22 27 0:21 / /proc rw,relatime - proc proc rw\n");
        tree.Write("proc/self/cgroup", "");
        return tree;
    }

    /// <summary>The machine with v2 only.</summary>
    public static FixtureTree V2(string ownCgroup, string mountRoot = "/")
    {
        FixtureTree tree = Machine();
        tree.Write("proc/self/mountinfo", $"""
            22 27 0:21 / /proc rw,relatime - proc proc rw
            31 23 0:27 {mountRoot} /sys/fs/cgroup rw,nosuid shared:9 master:3 - cgroup2 cgroup2 rw,nsdelegate

            """);
        tree.Write("proc/self/cgroup", $"0::{ownCgroup}\n");
        Directory.CreateDirectory(Path.Combine(tree.Sys, "fs", "cgroup"));
        return tree;
    }

    /// <summary>The machine with memory on v1; with an empty v2 hierarchy beside it when hybrid.</summary>
    public static FixtureTree V1(string ownCgroup, string mountRoot = "/", bool hybrid = false, string ownUnified = "/")
    {
        FixtureTree tree = Machine();
        string unifiedMount = "41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw\n";
        tree.Write("proc/self/mountinfo", $"""
            31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
            32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime - cgroup cgroup rw,cpu,cpuacct
            35 31 0:32 {mountRoot} /sys/fs/cgroup/memory rw,relatime shared:4 - cgroup cgroup rw,memory
            {(hybrid ? unifiedMount : "")}
            """);
        tree.Write("proc/self/cgroup", $"""
            9:name=systemd:/
            4:memory:{ownCgroup}
            1:cpu,cpuacct:/
            {(hybrid ? $"0::{ownUnified}" : "")}
            """);
        return tree;
    }

    public static string Psi(int somePercent) =>
        $"some avg10={somePercent}.25 avg60=2.50 avg300=0.00 total=1500000\n"
        + "full avg10=0.99 avg60=0.01 avg300=0.00 total=7\n";

    public void Write(string path, string text)
    {
        FileInfo file = new(Path.Combine(_root.FullName, path));
        file.Directory!.Create();
        File.WriteAllText(file.FullName, text);
    }

    public void Delete(string path) => File.Delete(Path.Combine(_root.FullName, path));

    /// <summary>Writes a v2 cgroup below the mount point; sizes in MiB, null limit for "max".</summary>
    public void WriteV2(string cgroup, long usage, long inactive, long? limit)
    {
        string directory = $"sys/fs/cgroup/{cgroup}";
        Write($"{directory}/memory.current", $"{usage * Mebibyte}\n");
        Write(
            $"{directory}/memory.stat",
            $"anon 1\nfile 2\ninactive_anon 3\ninactive_file {inactive * Mebibyte}\nactive_file 5\n");
        Write($"{directory}/memory.max", limit is { } bytes ? $"{bytes * Mebibyte}\n" : "max\n");
        Write($"{directory}/memory.events", "low 0\nhigh 1\nmax 5\noom 2\noom_kill 1\noom_group_kill 0\n");
        Write($"{directory}/memory.pressure", Psi(3));
        Write($"{directory}/cgroup.events", "populated 1\nfrozen 0\n");
    }

    /// <summary>Writes a v1 cgroup below the mount point; sizes in MiB, null limit for v1's huge number.</summary>
    public void WriteV1(string cgroup, long usage, long inactive, long? limit, long? hierarchicalLimit)
    {
        string directory = $"sys/fs/cgroup/memory/{cgroup}";
        Write($"{directory}/memory.usage_in_bytes", $"{usage * Mebibyte}\n");
        Write($"{directory}/memory.limit_in_bytes", $"{LimitV1(limit)}\n");
        Write($"{directory}/memory.stat", $"""
            cache 1
            inactive_file 4096
            hierarchical_memory_limit {LimitV1(hierarchicalLimit)}
            total_inactive_file {inactive * Mebibyte}

            """);
        Write($"{directory}/memory.failcnt", "7\n");
        Write($"{directory}/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 3\n");
        Write($"{directory}/cgroup.procs", "0\n77\n");
    }

    public void Dispose() => _root.Delete(recursive: true);

    private static long LimitV1(long? mebibytes) => mebibytes * Mebibyte ?? 9_223_372_036_854_771_712;
}
