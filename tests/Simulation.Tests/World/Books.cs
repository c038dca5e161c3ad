using Headroom.Simulation.Tests.Cluster;

namespace Headroom.Simulation.Tests.World;

/// <summary>The books of one activation of a container's budget, and what was seen of them.</summary>
internal sealed class Books(Activation activation, ContainerLedger ledger)
{
    internal Activation Activation => activation;

    internal ContainerLedger Ledger => ledger;

    /// <summary>The last lease that was looked at.</summary>
    internal long SeenLease { get; set; } = Internals.LastLeaseId(ledger);

    /// <summary>The lease of each request that it granted.</summary>
    internal Dictionary<Guid, long> Granted { get; } = [];
}
