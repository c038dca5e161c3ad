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

    /// <summary>A sentence for the caller; null when granted.</summary>
    public string? Detail { get; init; }
}
