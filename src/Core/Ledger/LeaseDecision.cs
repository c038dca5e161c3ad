namespace Headroom;

/// <summary>The answer to a request for a lease: the lease, or why not.</summary>
public sealed record LeaseDecision
{
    /// <summary>How it ended.</summary>
    public required Outcome Outcome { get; init; }

    /// <summary>The lease; 0 when there is none.</summary>
    public long LeaseId { get; init; }

    /// <summary>Bytes granted.</summary>
    public long Bytes { get; init; }

    /// <summary>The rung that granted; of a refusal, the last one tried.</summary>
    public Rung Rung { get; init; }

    /// <summary>Life without renewal; zero for a lease that lives with its session.</summary>
    public TimeSpan Ttl { get; init; }

    /// <summary>Which budget refused: "subsystem", "container" or "host".</summary>
    public string? RefusedBy { get; init; }

    /// <summary>What that budget had for the urgency.</summary>
    public long AvailableBytes { get; init; }

    /// <summary>When to try again; zero when that would not help.</summary>
    public TimeSpan RetryAfter { get; init; }

    /// <summary>The rungs tried, in order, with what each had.</summary>
    public IReadOnlyList<(Rung Rung, long AvailableBytes)> Rungs { get; init; } = [];

    /// <summary>
    /// A sentence for the caller: why not; of a grant, why not by a lower rung, or null.
    /// </summary>
    public string? Detail { get; init; }

    /// <summary>The subsystem's state.</summary>
    public SubsystemState State { get; init; }

    /// <summary>Of a refusal: who holds most in the container, the largest first.</summary>
    public IReadOnlyList<Holder> Holders { get; init; } = [];

    /// <summary>Of a waiting request: whether nothing at home can meet it now, so that a loan is its way out.</summary>
    public bool Exhausted { get; init; }

    /// <summary>Of a renewal: bytes of the lease that are asked back; 0 for none.</summary>
    public long ReclaimBytes { get; init; }

    /// <summary>Of a renewal: within what time they should come back.</summary>
    public TimeSpan ReclaimWithin { get; init; }
}
