namespace Headroom.Contracts;

/// <summary>One request for a lease in a <see cref="TryAcquire"/>.</summary>
[GenerateSerializer, Immutable, Alias("headroom.AttemptRow")]
public readonly record struct AttemptRow
{
    /// <summary>Chosen by the caller; each further attempt carries the same one.</summary>
    [Id(0)] public required Guid RequestId { get; init; }

    /// <summary>The subsystem's name.</summary>
    [Id(1)] public required string Subsystem { get; init; }

    /// <summary>1 to the host's capacity.</summary>
    [Id(2)] public required long Bytes { get; init; }

    /// <summary>0 to 3.</summary>
    [Id(3)] public required byte Urgency { get; init; }

    /// <summary>Why; named by each MustSucceed, null otherwise.</summary>
    [Id(4)] public string? Reason { get; init; }

    /// <summary>As <see cref="LeaseRequest.Reserves"/>.</summary>
    [Id(5)] public bool Reserves { get; init; }
}
