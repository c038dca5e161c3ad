namespace Headroom.Silo.Monitoring;

/// <summary>What a witness saw of a process.</summary>
/// <param name="Fate">What became of it.</param>
/// <param name="ResidentBytes">
/// Bytes resident, shared ones included and swapped ones not; null unless it is alive and they could be read. They
/// cannot be
/// while it is ending, when the kernel no longer shows memory that is not yet free.
/// </param>
/// <param name="CgroupPath">Its path in the hierarchy with the memory controller; null when it could not be
/// read.</param>
internal readonly record struct ProcessSighting(ProcessFate Fate, long? ResidentBytes, string? CgroupPath);
