namespace Headroom;

/// <summary>A request for a lease, by the careful path.</summary>
public sealed record LeaseCommand
{
    /// <summary>Chosen by the caller; a retry carries the same one.</summary>
    public required Guid RequestId { get; init; }

    /// <summary>The subsystem's name.</summary>
    public required string Subsystem { get; init; }

    /// <summary>1 to the host's capacity.</summary>
    public required long Bytes { get; init; }

    /// <summary>How badly it is needed.</summary>
    public required Urgency Urgency { get; init; }

    /// <summary>The session that will hold the lease; empty for none.</summary>
    public Guid Session { get; init; }

    /// <summary>Life without renewal of a lease without a session; zero for the session's.</summary>
    public TimeSpan Ttl { get; init; }

    /// <summary>Why; part of what a retry must repeat.</summary>
    public string Reason { get; init; } = "";

    /// <summary>How long the caller waits for this attempt; zero for an answer at once.</summary>
    public TimeSpan Patience { get; init; }

    /// <summary>Whether a request that cannot be granted now may wait in the queue and be asked for again.</summary>
    public bool MayWait { get; init; }

    /// <summary>Whether lenders on other hosts were asked for it in vain.</summary>
    public bool LoanTried { get; init; }

    /// <summary>
    /// Whether it reserves for later draws that cannot fail: it is admitted as its urgency is, and then held at the
    /// highest one of its policy, so that it is not asked back.
    /// </summary>
    public bool IsReservation { get; init; }

    /// <summary>
    /// Of a first attempt: its number in the session, growing; 0 for others. A copy of one that is over is not granted,
    /// so nothing else need be remembered of it once its lease has ended.
    /// </summary>
    public long Number { get; init; }

    /// <summary>Whether another command asks for the same thing; how long it waits does not matter.</summary>
    public bool SameAs(LeaseCommand other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Bytes == other.Bytes && Urgency == other.Urgency && Ttl == other.Ttl && Session == other.Session
            && IsReservation == other.IsReservation
            && string.Equals(Subsystem, other.Subsystem, StringComparison.Ordinal)
            && string.Equals(Reason, other.Reason, StringComparison.Ordinal);
    }
}
