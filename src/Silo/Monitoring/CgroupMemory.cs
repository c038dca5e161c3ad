namespace Headroom.Silo.Monitoring;

/// <summary>A cgroup's memory at one moment, with its descendants.</summary>
/// <param name="UsageBytes">Bytes charged to it, page cache included.</param>
/// <param name="WorkingSetBytes">
/// Usage less the file pages that have not been used lately, as the kubelet counts it: what the kernel cannot simply
/// drop.
/// 0 to the usage.
/// </param>
/// <param name="HardLimitBytes">
/// The lowest hard limit of it and of the ancestors that can be seen from here; null when there is none. v1's includes
/// ancestors that cannot be seen.
/// </param>
/// <param name="Events">How often it ran into its limit.</param>
/// <param name="Pressure">
/// Its memory pressure; null where the kernel shows none for it alone. On a machine whose memory controller is on v1
/// it is
/// that of the v2 cgroup that the same processes are in.
/// </param>
internal sealed record CgroupMemory(
    long UsageBytes,
    long WorkingSetBytes,
    long? HardLimitBytes,
    CgroupEvents Events,
    PressureReading? Pressure);
