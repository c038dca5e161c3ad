namespace Headroom.Silo.Monitoring;

/// <summary>A container whose cgroup is to be read.</summary>
/// <param name="Name">The container's name; unique among those watched.</param>
/// <param name="CgroupPath">
/// Its path in the hierarchy with the memory controller as the kernel shows it to this silo, such as a
/// <see cref="ProcessSighting.CgroupPath"/>; empty when unknown, which reads as absent.
/// </param>
/// <param name="UnifiedPath">
/// On a machine with memory on v1, its path in the v2 hierarchy; null to take that of one of its processes.
/// </param>
internal sealed record WatchedContainer(string Name, string CgroupPath, string? UnifiedPath = null);
