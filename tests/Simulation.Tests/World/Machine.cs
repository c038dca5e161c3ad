using Headroom.Simulation.Tests.Clients;
using Headroom.Simulation.Tests.Cluster;

namespace Headroom.Simulation.Tests.World;

/// <summary>The real memory of a host, and who uses it.</summary>
internal sealed class Machine(HostPlan plan)
{
    /// <summary>What a process uses before it leases anything.</summary>
    internal const long BaseBytes = 64L << 10;

    internal HostPlan Plan => plan;

    internal long TotalBytes => plan.CapacityBytes + plan.SpareBytes;

    /// <summary>What somebody uses outside of Headroom.</summary>
    internal long ForeignBytes { get; set; }

    internal PressureLevel Pressure { get; set; }

    internal bool IsUnreadable { get; set; }

    /// <summary>The silo that runs here; null while none does.</summary>
    internal SimSilo? Silo { get; set; }

    internal List<SimClient> Clients { get; } = [];

    internal List<SimCaller> Callers { get; } = [];

    /// <summary>Bytes that this machine lends to others.</summary>
    internal long LentBytes => Silo is { Process.IsAlive: true } silo ? silo.Memory.AllocatedBytes : 0;

    internal long UsedBytes
    {
        get
        {
            long used = ForeignBytes + LentBytes;
            foreach (SimClient client in Clients)
            {
                used += client.ResidentBytes;
            }

            foreach (SimCaller caller in Callers)
            {
                used += caller.HeldBytes;
            }

            return used;
        }
    }

    /// <summary>What the cgroup of a container shows.</summary>
    internal long UsageBytes(string container) =>
        Clients.Where(client => client.Plan.Container.Name == container).Sum(client => client.ResidentBytes)
        + Callers.Where(caller => caller.Plan.Container.Name == container).Sum(caller => caller.HeldBytes);

    /// <summary>What a process uses; 0 for one that ended.</summary>
    internal long ResidentBytes(int process) =>
        Clients.Find(client => client.ProcessId == process) is { } client ? client.ResidentBytes : 0;
}
