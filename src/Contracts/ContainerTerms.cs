namespace Headroom.Contracts;

/// <summary>What a container's authority starts from: its epoch, its durable allotment and its settings.</summary>
[GenerateSerializer, Immutable, Alias("headroom.ContainerTerms")]
public sealed record ContainerTerms
{
    /// <summary>The epoch.</summary>
    [Id(0)] public required long Epoch { get; init; }

    /// <summary>The durable allotment; after a restart the whole of it counts as in use until learning ends.</summary>
    [Id(1)] public required long AllottedBytes { get; init; }

    /// <summary>The number of the order that gave the allotment.</summary>
    [Id(2)] public required long Order { get; init; }

    /// <summary>The longest life of a lease granted by an earlier epoch; learning lasts at least as long.</summary>
    [Id(3)] public required TimeSpan LongestTtl { get; init; }

    /// <summary>How long the container may grant without confirming its epoch again.</summary>
    [Id(4)] public required TimeSpan AuthorityLease { get; init; }

    /// <summary>The container's settings, defaults filled in.</summary>
    [Id(5)] public required ContainerSettings Settings { get; init; }

    /// <summary>Policies of the declared subsystems, by name.</summary>
    [Id(6)] public required Dictionary<string, SubsystemPolicy> Policies { get; init; }

    /// <summary>The host's capacity: no request can be larger.</summary>
    [Id(7)] public required long HostCapacityBytes { get; init; }

    /// <summary>Bytes beyond the allotment, for must-succeed alone.</summary>
    [Id(8)] public long OverdraftBytes { get; init; }
}
