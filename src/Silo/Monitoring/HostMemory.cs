namespace Headroom.Silo.Monitoring;

/// <summary>A host's memory as Headroom counts it.</summary>
/// <param name="TotalBytes">
/// The machine's bytes; in a cgroup with a lower limit, that limit, unless the scope is
/// <see cref="MemoryScope.Machine"/>.
/// </param>
/// <param name="UsedBytes">
/// Bytes of the total in use: on the machine those not available without swapping; in a limited cgroup the working set
/// of
/// the cgroup that the limit is counted in, which may be an ancestor of the silo's own.
/// </param>
/// <param name="LimitedBy">Directory of the cgroup that limits the total; null when the total is the machine's.</param>
/// <param name="Machine">The machine's own figures, whatever limits this process.</param>
internal sealed record HostMemory(long TotalBytes, long UsedBytes, string? LimitedBy, MachineMemory Machine);
