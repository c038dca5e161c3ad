namespace Headroom.Silo.Monitoring;

/// <summary>How often a cgroup ran into its limit since it was made. A count that the kernel does not show is
/// null.</summary>
/// <param name="LimitHits">
/// Times the use was about to exceed a limit: <c>max</c> of v2's memory.events, v1's <c>memory.failcnt</c>.
/// </param>
/// <param name="Ooms">Times reclaim did not help and an allocation was about to fail; v2 only.</param>
/// <param name="OomKills">
/// Processes killed for want of memory. v2 counts those of descendants too; v1 only the cgroup's own, since Linux 4.13.
/// </param>
internal sealed record CgroupEvents(long? LimitHits, long? Ooms, long? OomKills);
