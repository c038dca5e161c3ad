using System.Collections.Immutable;

namespace Headroom.Silo.Monitoring;

/// <summary>Says which containers the monitor is to read.</summary>
internal interface IWatchedContainers
{
    /// <summary>
    /// The containers as of now; asked before each round, from any thread. Those beyond
    /// <see cref="HostMonitor.ContainersMax"/> read as absent.
    /// </summary>
    ImmutableArray<WatchedContainer> Snapshot();
}
