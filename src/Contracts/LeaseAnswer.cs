namespace Headroom.Contracts;

/// <summary>The answer to a request for a lease: the lease, or why not.</summary>
[GenerateSerializer, Immutable, Alias("headroom.LeaseAnswer")]
public sealed record LeaseAnswer
{
    /// <summary>The outcome, as Headroom.Outcome's value.</summary>
    [Id(0)] public required byte Outcome { get; init; }

    /// <summary>The lease; 0 when not granted.</summary>
    [Id(1)] public long LeaseId { get; init; }

    /// <summary>The epoch of the authority that answered.</summary>
    [Id(2)] public long Epoch { get; init; }

    /// <summary>Bytes granted; all that was asked or 0.</summary>
    [Id(3)] public long Bytes { get; init; }

    /// <summary>The rung that granted, as Headroom.Rung's value; of a refusal, the last one tried.</summary>
    [Id(4)] public byte Rung { get; init; }

    /// <summary>How long the lease lives from now without renewal; zero for one that lives with its session.</summary>
    [Id(5)] public TimeSpan Ttl { get; init; }

    /// <summary>Which budget refused: "subsystem", "container" or "host", with its name; null when granted.</summary>
    [Id(6)] public string? RefusedBy { get; init; }

    /// <summary>What the refusing budget had for this urgency.</summary>
    [Id(7)] public long AvailableBytes { get; init; }

    /// <summary>When to try again; zero when trying again would not help.</summary>
    [Id(8)] public TimeSpan RetryAfter { get; init; }

    /// <summary>The rungs tried, in order, each with what it had.</summary>
    [Id(9)] public RungTrial[] Rungs { get; init; } = [];

    /// <summary>A sentence for the caller, naming the limit that applied; null when granted.</summary>
    [Id(10)] public string? Detail { get; init; }

    /// <summary>Where the bytes are, when they are on other hosts; null when they are at home.</summary>
    [Id(11)] public Loan? Loan { get; init; }

    /// <summary>The subsystem's state, as Headroom.SubsystemState's value.</summary>
    [Id(12)] public byte State { get; init; }

    /// <summary>Of a refusal: who holds most in the refusing budget, the largest first.</summary>
    [Id(13)] public HolderShare[] Holders { get; init; } = [];

    /// <summary>Of a renewal: bytes of this lease that are asked back; 0 for none.</summary>
    [Id(14)] public long ReclaimBytes { get; init; }

    /// <summary>Of a renewal: within what time they should come back.</summary>
    [Id(15)] public TimeSpan ReclaimWithin { get; init; }

    /// <summary>
    /// Of a request that waits: whether nothing at home can meet it now, so that a loan is its way out.
    /// </summary>
    [Id(16)] public bool Exhausted { get; init; }
}
