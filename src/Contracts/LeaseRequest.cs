namespace Headroom.Contracts;

/// <summary>A request for a lease, by the careful path.</summary>
[GenerateSerializer, Immutable, Alias("headroom.LeaseRequest")]
public sealed record LeaseRequest
{
    /// <summary>Chosen by the caller; a retry carries the same one.</summary>
    [Id(0)] public required Guid RequestId { get; init; }

    /// <summary>1 to the host's capacity.</summary>
    [Id(1)] public required long Bytes { get; init; }

    /// <summary>0 to 3.</summary>
    [Id(2)] public required byte Urgency { get; init; }

    /// <summary>The session that will hold the lease; empty for a lease made over HTTP.</summary>
    [Id(3)] public Guid Session { get; init; }

    /// <summary>The authority's epoch as the session knows it; 0 without a session.</summary>
    [Id(4)] public long Epoch { get; init; }

    /// <summary>How long the caller waits; null for what the urgency's pipeline allows.</summary>
    [Id(5)] public TimeSpan? Wait { get; init; }

    /// <summary>How long the lease lives without renewal, without a session; null for the default.</summary>
    [Id(6)] public TimeSpan? Ttl { get; init; }

    /// <summary>Why; named by each MustSucceed.</summary>
    [Id(7)] public string? Reason { get; init; }

    /// <summary>
    /// True when the caller will ask again with the same id if it still waits: then it keeps its place in the queue.
    /// One call
    /// waits at most some seconds, however long the caller's patience, so that a silo's death is noticed.
    /// </summary>
    [Id(8)] public bool More { get; init; }

    /// <summary>
    /// MustSucceed only: on how many hosts a loan is kept, 1 or 2. 0 for a caller that cannot use memory of another
    /// host.
    /// </summary>
    [Id(9)] public byte Replicas { get; init; }

    /// <summary>
    /// Whether it reserves for later draws that cannot fail: admitted as its urgency is, then held at the highest one
    /// of its policy.
    /// </summary>
    [Id(10)] public bool Reserves { get; init; }
}
