using System.Collections.Immutable;

namespace Headroom.Silo.Monitoring;

/// <summary>Says which containers the monitor is to read.</summary>
internal interface IWatchedContainers
{
    /// <summary>
    /// The containers as of now; asked before each round, from any thread. Those beyond
    /// <see cref="HostMonitor.ContainersMax"/> read as absent.
    /// </summary>
    /// <param name="near">Only those that are to be read between two rounds, because they are near their limit.</param>
    ImmutableArray<WatchedContainer> Snapshot(bool near);
}
