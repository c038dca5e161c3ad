namespace Headroom.Silo.Monitoring;

/// <summary>The hard limit in effect for a cgroup.</summary>
/// <param name="Bytes">The limit; null when there is none.</param>
/// <param name="Directory">
/// The cgroup that the limit is counted in: the outermost one that can be seen and has it. Without a limit, the cgroup
/// itself.
/// </param>
internal sealed record CgroupLimit(long? Bytes, string Directory);
