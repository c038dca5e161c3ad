namespace Headroom.Contracts;

/// <summary>What a container wants to know of the machine.</summary>
[GenerateSerializer, Immutable, Alias("headroom.WatchList")]
public sealed record WatchList
{
    /// <summary>Number of this list; the next observation names it.</summary>
    [Id(0)] public required long Number { get; init; }

    /// <summary>The container's cgroup below the hierarchy's root; "" when unknown.</summary>
    [Id(1)] public required string Cgroup { get; init; }

    /// <summary>Processes of sessions.</summary>
    [Id(2)] public required WatchedProcess[] Processes { get; init; }

    /// <summary>Whether the container is near its hard limit, and wants readings between two rounds.</summary>
    [Id(3)] public bool Near { get; init; }
}
