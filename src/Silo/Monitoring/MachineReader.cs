namespace Headroom.Silo.Monitoring;

/// <summary>Reads the host's and its containers' memory. Not for use by two threads at once.</summary>
internal sealed class MachineReader(string procRoot, string sysRoot, MemoryScope scope, TimeProvider time)
{
    // Where hierarchies are mounted does not change while a process lives, and mount tables of nodes are long.
    private CgroupReader? _cgroups;
    private bool _hasMemoryController;

    /// <summary>Reads the host.</summary>
    public HostReading ReadHost()
    {
        TimeSpan began = time.GetElapsedTime(0);
        Reading<MachineMemory> machine = MachineMemory.Read(procRoot);
        if (machine.Value is null)
        {
            return OfMachine(Reading<HostMemory>.Absent(machine.Failure!), began);
        }

        HostMemory whole = new(machine.Value.TotalBytes, machine.Value.UsedBytes, null, machine.Value);
        return scope == MemoryScope.Machine
            ? OfMachine(Reading<HostMemory>.Of(whole), began)
            : ReadOwn(began, whole);
    }

    /// <summary>Reads a container.</summary>
    public ContainerReading ReadContainer(WatchedContainer container)
    {
        TimeSpan began = time.GetElapsedTime(0);
        return new ContainerReading(
            container.Name,
            began,
            FindCgroups() is { } failure
                ? Reading<CgroupMemory>.Absent(failure)
                : _cgroups!.Read(container.CgroupPath, container.UnifiedPath));
    }

    // Where cgroups cannot be read, the machine's figures are no substitute: a container would take the machine for
    // its own.
    private HostReading ReadOwn(TimeSpan began, HostMemory whole)
    {
        if (FindCgroups() is { } failure)
        {
            return OfMachine(Reading<HostMemory>.Absent(failure), began);
        }

        if (!_hasMemoryController)
        {
            return OfMachine(Reading<HostMemory>.Of(whole), began);
        }

        Reading<CgroupMembership> membership = CgroupMembership.Read(procRoot, "self");
        (string? path, string? unifiedPath) = (membership.Value?.V1MemoryPath, membership.Value?.UnifiedPath);
        Reading<CgroupLimit> limit = membership.Value is null
            ? Reading<CgroupLimit>.Absent(membership.Failure!)
            : _cgroups!.ReadLimit(path ?? unifiedPath!);
        if (limit.Value is null)
        {
            return OfMachine(Reading<HostMemory>.Absent(limit.Failure!), began);
        }

        if (limit.Value.Bytes is not { } limitBytes || limitBytes >= whole.TotalBytes)
        {
            return OfMachine(Reading<HostMemory>.Of(whole), began);
        }

        string directory = limit.Value.Directory;
        Reading<CgroupUsage> usage = _cgroups!.ReadUsage(directory);
        Reading<HostMemory> memory = usage.Value is { } use
            ? Reading<HostMemory>.Of(new HostMemory(limitBytes, use.WorkingSetBytes, directory, whole.Machine))
            : Reading<HostMemory>.Absent(usage.Failure!);
        return new HostReading(
            began,
            memory,
            _cgroups.ReadPressure(directory, unifiedPath) is { } pressure
                ? Reading<PressureReading>.Of(pressure)
                : PressureReading.ReadMachine(procRoot));
    }

    private HostReading OfMachine(Reading<HostMemory> memory, TimeSpan began) =>
        new(began, memory, PressureReading.ReadMachine(procRoot));

    private string? FindCgroups()
    {
        if (_cgroups is not null)
        {
            return null;
        }

        Reading<CgroupHierarchies> hierarchies = CgroupHierarchies.Read(procRoot, sysRoot);
        if (hierarchies.Value is null)
        {
            return hierarchies.Failure;
        }

        _hasMemoryController = hierarchies.Value.Memory is not null;
        _cgroups = new CgroupReader(procRoot, hierarchies.Value);
        return null;
    }
}
