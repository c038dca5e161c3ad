namespace Headroom.Contracts;

/// <summary>
/// What a container really uses, from a reading that began when the watch list it answers was already known.
/// </summary>
[GenerateSerializer, Immutable, Alias("headroom.ContainerObservation")]
public sealed record ContainerObservation
{
    /// <summary>The watch list that this reading answers: it began after that list was given out.</summary>
    [Id(0)] public required long WatchNumber { get; init; }

    /// <summary>Working set of the container's cgroup; null when the container has none that can be read.</summary>
    [Id(1)] public long? UsageBytes { get; init; }

    /// <summary>The cgroup's hard limit; null when it has none.</summary>
    [Id(2)] public long? HardLimitBytes { get; init; }

    /// <summary>
    /// What became of the watched processes, in the order of the watch list: resident bytes, or 0 when ended.
    /// </summary>
    [Id(3)] public WatchedProcess[] Processes { get; init; } = [];

    /// <summary>True when the host's own usage was read: the witness for a container without a cgroup.</summary>
    [Id(4)] public bool HostRead { get; init; }

    /// <summary>Whether it was made between two rounds, because the container is near its hard limit.</summary>
    [Id(5)] public bool Between { get; init; }
}
