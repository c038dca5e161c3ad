namespace Headroom.Silo.Http.Shapes;

/// <summary>A lease.</summary>
internal sealed record LeaseResource
{
    /// <summary>Its id, opaque; to renew it and to give it back. The same lease always has the same id.</summary>
    public required string LeaseId { get; init; }

    /// <summary>Its size in bytes: what was asked for.</summary>
    public required long Bytes { get; init; }

    /// <summary>Its urgency.</summary>
    public required string Urgency { get; init; }

    /// <summary>The rung of the ladder that granted it.</summary>
    public required string Rung { get; init; }

    /// <summary>The host whose memory it is; of a loan on two, the first.</summary>
    public required string Host { get; init; }

    /// <summary>When it ends unless it is renewed before.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Where its memory is, when it is on other hosts.</summary>
    public LoanResource? Loan { get; init; }

    /// <summary>Why a lower rung could not grant it, where there is something to say of that.</summary>
    public string? Detail { get; init; }

    /// <summary>Of a renewal: bytes of it that are asked back. Give the lease back to comply.</summary>
    public long? ReclaimBytes { get; init; }

    /// <summary>Of a renewal: within how many seconds they should come back.</summary>
    public double? ReclaimWithinSeconds { get; init; }
}
