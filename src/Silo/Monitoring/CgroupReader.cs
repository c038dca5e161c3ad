namespace Headroom.Silo.Monitoring;

/// <summary>Reads the memory of cgroups, v1 or v2, whichever has the memory controller.</summary>
internal sealed class CgroupReader(string procRoot, CgroupHierarchies hierarchies)
{
    private bool IsV1 => hierarchies.V1Memory is not null;

    /// <summary>Reads one cgroup; absent when it is gone, not shown here, or lacks a figure that it must
    /// have.</summary>
    /// <param name="cgroupPath">Path in the hierarchy with the memory controller, as the kernel shows it to this
    /// process.</param>
    /// <param name="unifiedPath">
    /// On a hybrid machine, the path in the v2 hierarchy; null to take that of one of the cgroup's processes.
    /// </param>
    public Reading<CgroupMemory> Read(string cgroupPath, string? unifiedPath)
    {
        Reading<IReadOnlyList<string>> directories = Directories(cgroupPath);
        if (directories.Value is not { } chain)
        {
            return Reading<CgroupMemory>.Absent(directories.Failure!);
        }

        Reading<CgroupUsage> usage = CgroupUsage.Read(chain[0], IsV1);
        if (usage.Value is null)
        {
            return Reading<CgroupMemory>.Absent(usage.Failure!);
        }

        Reading<CgroupLimit> limit = Limit(chain);
        if (limit.Value is null)
        {
            return Reading<CgroupMemory>.Absent(limit.Failure!);
        }

        return Reading<CgroupMemory>.Of(new CgroupMemory(
            usage.Value.UsageBytes,
            usage.Value.WorkingSetBytes,
            limit.Value.Bytes,
            ReadEvents(chain[0]),
            ReadPressure(chain[0], unifiedPath)));
    }

    /// <summary>Finds the limit in effect for a cgroup, and the cgroup it is counted in.</summary>
    public Reading<CgroupLimit> ReadLimit(string cgroupPath)
    {
        Reading<IReadOnlyList<string>> directories = Directories(cgroupPath);
        return directories.Value is { } chain ? Limit(chain) : Reading<CgroupLimit>.Absent(directories.Failure!);
    }

    /// <summary>Reads the use of a cgroup by its directory, as <see cref="CgroupLimit.Directory"/> names it.</summary>
    public Reading<CgroupUsage> ReadUsage(string directory) => CgroupUsage.Read(directory, IsV1);

    /// <summary>Reads the pressure of a cgroup by its directory; null when the kernel shows none for it
    /// alone.</summary>
    public PressureReading? ReadPressure(string directory, string? unifiedPath) =>
        PressureDirectory(directory, unifiedPath) is { } shown
            ? PressureReading.Read(Path.Combine(shown, "memory.pressure")).Value
            : null;

    private Reading<IReadOnlyList<string>> Directories(string cgroupPath)
    {
        if (hierarchies.Memory is not { } mount)
        {
            return Reading<IReadOnlyList<string>>.Absent("no cgroup hierarchy with a memory controller is mounted");
        }

        return CgroupHierarchies.Directories(mount, cgroupPath) is { } chain
            ? Reading<IReadOnlyList<string>>.Of(chain)
            : Reading<IReadOnlyList<string>>.Absent(
                $"cgroup '{cgroupPath}' is not shown at {mount.MountPoint}, which shows '{mount.Root}'");
    }

    private Reading<CgroupLimit> Limit(IReadOnlyList<string> chain) => IsV1 ? LimitV1(chain) : LimitV2(chain);

    // The kernel has the minimum of all ancestors, those included that a container cannot see.
    private static Reading<CgroupLimit> LimitV1(IReadOnlyList<string> chain)
    {
        string path = Path.Combine(chain[0], "memory.stat");
        Reading<string> file = SystemFile.Read(path);
        if (file.Value is not { } text)
        {
            return Reading<CgroupLimit>.Absent(file.Failure!);
        }

        if (!Figures.TryLimit(Figures.Field(text, "hierarchical_memory_limit"), out long? limit))
        {
            return Reading<CgroupLimit>.Absent($"{path}: no usable hierarchical_memory_limit");
        }

        string? holder = limit is null
            ? null
            : chain.LastOrDefault(directory => SystemFile.Read(Path.Combine(directory, "memory.limit_in_bytes")).Value
                is { } own && Figures.TryLimit(own, out long? bytes) && bytes == limit);
        return Reading<CgroupLimit>.Of(new CgroupLimit(limit, holder ?? chain[0]));
    }

    private static Reading<CgroupLimit> LimitV2(IReadOnlyList<string> chain)
    {
        if (!Directory.Exists(chain[0]))
        {
            return Reading<CgroupLimit>.Absent($"{chain[0]}: missing");
        }

        CgroupLimit lowest = new(null, chain[0]);
        foreach (string directory in chain)
        {
            string path = Path.Combine(directory, "memory.max");
            Reading<string> file = SystemFile.Read(path);
            if (file.Value is not { } text)
            {
                // The root has no such file, nor has a cgroup without the controller: neither limits anything.
                if (File.Exists(path))
                {
                    return Reading<CgroupLimit>.Absent(file.Failure!);
                }

                continue;
            }

            if (!Figures.TryLimit(text, out long? limit))
            {
                return Reading<CgroupLimit>.Absent($"{path}: not a limit");
            }

            // Of equal limits the outermost binds first, because more is charged to it.
            if (limit is not null && (lowest.Bytes is null || limit <= lowest.Bytes))
            {
                lowest = new CgroupLimit(limit, directory);
            }
        }

        return Reading<CgroupLimit>.Of(lowest);
    }

    private CgroupEvents ReadEvents(string directory)
    {
        if (!IsV1)
        {
            string events = SystemFile.Read(Path.Combine(directory, "memory.events")).Value ?? "";
            return new CgroupEvents(
                Figures.Count(Figures.Field(events, "max")),
                Figures.Count(Figures.Field(events, "oom")),
                Figures.Count(Figures.Field(events, "oom_kill")));
        }

        string hits = SystemFile.Read(Path.Combine(directory, "memory.failcnt")).Value ?? "";
        string control = SystemFile.Read(Path.Combine(directory, "memory.oom_control")).Value ?? "";
        return new CgroupEvents(Figures.Count(hits), null, Figures.Count(Figures.Field(control, "oom_kill")));
    }

    private string? PressureDirectory(string directory, string? unifiedPath)
    {
        string? found = directory;
        if (IsV1)
        {
            unifiedPath ??= UnifiedPathOfMember(directory);
            found = hierarchies.Unified is not { } unified ? null
                : unifiedPath is not null ? CgroupHierarchies.Directories(unified, unifiedPath)?[0]
                : SameNames(directory, unified);
        }

        // The root's pressure is the machine's, and the root alone has no cgroup.events.
        return found is not null && File.Exists(Path.Combine(found, "cgroup.events")) ? found : null;
    }

    // Where no process of it can be seen: what makes a cgroup in one hierarchy gives it the same names in the other.
    private string? SameNames(string directory, CgroupMount unified)
    {
        string names = Path.GetRelativePath(hierarchies.V1Memory!.MountPoint, directory);
        return names == "." ? null : Path.Combine(unified.MountPoint, names);
    }

    private string? UnifiedPathOfMember(string directory)
    {
        if (hierarchies.Unified is null
            || SystemFile.Read(Path.Combine(directory, "cgroup.procs")).Value is not { } text)
        {
            return null;
        }

        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            // 0 stands for a process of a PID namespace that cannot be seen from here.
            if (Figures.Count(line) is { } id and > 0)
            {
                return CgroupMembership.Read(procRoot, $"{id}").Value?.UnifiedPath;
            }
        }

        return null;
    }
}
