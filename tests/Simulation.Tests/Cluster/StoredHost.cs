using Headroom.Grains.Budgets;

namespace Headroom.Simulation.Tests.Cluster;

/// <summary>A host's record as the store has it.</summary>
internal sealed record StoredHost(HostTable Table, StoredSizes? Sizes, string Etag);
