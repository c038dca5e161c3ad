using System.Collections.Immutable;

namespace Headroom.Silo.Monitoring;

/// <summary>All that the monitor read in one round.</summary>
/// <param name="Host">The host.</param>
/// <param name="Containers">A reading, made or absent, for each container watched, in the order they were
/// given.</param>
internal sealed record MonitorReading(HostReading Host, ImmutableArray<ContainerReading> Containers);
