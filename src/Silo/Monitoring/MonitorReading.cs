using System.Collections.Immutable;

namespace Headroom.Silo.Monitoring;

/// <summary>All that the monitor read in one round.</summary>
/// <param name="Host">The host; null for one between two rounds, which is of containers alone.</param>
/// <param name="Containers">A reading, made or absent, for each container watched, in the order they were
/// given.</param>
internal sealed record MonitorReading(HostReading? Host, ImmutableArray<ContainerReading> Containers);
