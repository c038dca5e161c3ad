using System.Diagnostics;

using Headroom.Silo.Monitoring;

using Xunit;

namespace Headroom.Silo.Tests.Monitoring;

/// <summary>Against a cgroup of the running kernel that the test makes for itself.</summary>
public sealed class RealCgroupTests : IDisposable
{
    private const long Mebibyte = FixtureTree.Mebibyte;

    private readonly List<string> _directories = [];
    private readonly MachineReader _reader = new("/proc", "/sys", MemoryScope.Own, TimeProvider.System);
    private readonly ProcessWitness _witness = new("/proc");
    private string _limitFile = "";
    private bool _isHybrid;

    [Fact]
    public async Task Reader_ChildAllocatesAndEnds_UsageRisesAndFallsAndTheLimitIsRead()
    {
        string name = MakeCgroup();
        File.WriteAllText(_limitFile, $"{128 * Mebibyte}");

        Process child = Allocate(48);
        try
        {
            CgroupMemory held = await Eventually.Sees(
                "a working set of 48 MiB or more", () => Read(name)!, seen => seen.WorkingSetBytes >= 48 * Mebibyte);
            Assert.Equal(128 * Mebibyte, held.HardLimitBytes);
            Assert.InRange(held.UsageBytes, held.WorkingSetBytes, 128 * Mebibyte);
            Assert.Equal(0, held.Events.OomKills);
            Assert.True(held.Pressure is not null || !_isHybrid, "expected the pressure of the v2 side");

            ProcessSighting sighting = _witness.Look(child.Id, _witness.StartTicks(child.Id)!.Value);
            Assert.Equal(name, sighting.CgroupPath);
            Assert.InRange(sighting.ResidentBytes!.Value, 48 * Mebibyte, 128 * Mebibyte);
        }
        finally
        {
            child.Kill();
            await child.WaitForExitAsync(TestContext.Current.CancellationToken);
            child.Dispose();
        }

        await Eventually.Sees("a working set under 8 MiB", () => Read(name)!,
            seen => seen.WorkingSetBytes < 8 * Mebibyte);
    }

    [Fact]
    public async Task Reader_ChildAllocatesPastTheLimit_TheKillIsCounted()
    {
        string name = MakeCgroup();
        File.WriteAllText(_limitFile, $"{24 * Mebibyte}");
        ForbidSwap(25 * Mebibyte);

        using Process child = Allocate(64);
        try
        {
            await Eventually.Sees("the child killed", () => child.HasExited, exited => exited);
        }
        finally
        {
            child.Kill();
            await child.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        CgroupMemory killed = await Eventually.Sees("one kill", () => Read(name)!, seen => seen.Events.OomKills > 0);
        CgroupEvents events = killed.Events;
        Assert.Equal(1, events.OomKills);
        Assert.True(events.LimitHits > 0, $"the limit was hit {events.LimitHits} times");
    }

    [Fact]
    public void Reader_CgroupRemoved_IsAbsent()
    {
        string name = MakeCgroup();
        Assert.NotNull(Read(name));

        Dispose();

        Assert.NotNull(_reader.ReadContainer(new WatchedContainer("c", name)).Memory.Failure);
    }

    public void Dispose()
    {
        foreach (string directory in _directories)
        {
            Directory.Delete(directory);
        }

        _directories.Clear();
    }

    private CgroupMemory? Read(string cgroupPath) =>
        _reader.ReadContainer(new WatchedContainer("c", cgroupPath)).Memory.Value;

    /// <summary>Makes a cgroup at the top of the hierarchy with memory, and beside it in v2 on a hybrid
    /// machine.</summary>
    private string MakeCgroup()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "cgroups are Linux's");
        CgroupHierarchies hierarchies = CgroupHierarchies.Read("/proc", "/sys").Value!;
        Assert.SkipWhen(hierarchies.Memory is null, "no cgroup hierarchy with memory is mounted");

        string name = $"headroom-test-{Environment.ProcessId}-{Guid.NewGuid():N}";
        bool isV1 = hierarchies.V1Memory is not null;
        _isHybrid = isV1 && hierarchies.Unified is not null;
        try
        {
            Make(Path.Combine(hierarchies.Memory!.MountPoint, name));
            if (_isHybrid)
            {
                Make(Path.Combine(hierarchies.Unified!.MountPoint, name));
            }
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            Assert.Skip($"making a cgroup is not permitted: {e.Message}");
        }

        _limitFile = Path.Combine(_directories[0], isV1 ? "memory.limit_in_bytes" : "memory.max");
        Assert.SkipUnless(File.Exists(_limitFile), "the memory controller is not delegated to new cgroups");
        return hierarchies.Memory.Root.TrimEnd('/') + "/" + name;
    }

    // With room in swap the child would be slow instead of killed. v1 limits the sum of both, and its limit must be
    // above
    // that of memory, or it is the only one that counts hits; v2 limits swap alone.
    private void ForbidSwap(long sumBytes)
    {
        foreach ((string file, long bytes) in (ReadOnlySpan<(string, long)>)
            [("memory.memsw.limit_in_bytes", sumBytes), ("memory.swap.max", 0)])
        {
            string path = Path.Combine(_directories[0], file);
            if (File.Exists(path))
            {
                File.WriteAllText(path, $"{bytes}");
            }
        }
    }

    private void Make(string directory)
    {
        Directory.CreateDirectory(directory);
        _directories.Add(directory);
    }

    // dd fills a buffer of that size, and then blocks on a pipe that nobody reads, with the buffer in memory.
    private Process Allocate(int mebibytes)
    {
        string join = string.Concat(_directories.Select(directory => $"echo 0 > {directory}/cgroup.procs && "));
        ProcessStartInfo start = new("/bin/sh", ["-c", $"{join}exec dd if=/dev/zero bs={mebibytes}M count=1"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start)!;
    }
}
