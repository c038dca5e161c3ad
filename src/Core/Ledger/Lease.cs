namespace Headroom;

/// <summary>A lease granted one by one.</summary>
internal sealed class Lease
{
    public required long Id { get; init; }

    public required SubsystemBook Book { get; init; }

    public required long Bytes { get; init; }

    public required Urgency Urgency { get; init; }

    /// <summary>The session that holds it; null for one that lives by its own TTL.</summary>
    public Session? Session { get; init; }

    /// <summary>The request that it answered; empty for one that was learned after a restart.</summary>
    public Guid RequestId { get; init; }

    /// <summary>Bytes of it that the mark of an earlier epoch already stands for.</summary>
    public long BaseBytes { get; init; }

    public TimeSpan Ttl { get; init; }

    public TimeSpan ExpiresAt { get; set; }

    /// <summary>Whether its bytes are on another host: then it books none here.</summary>
    public bool Remote { get; init; }

    /// <summary>What it is for; only of must-succeed.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Whether it is asked back; only of one without a session.</summary>
    public bool Asked { get; set; }

    /// <summary>Until when it counts as coming.</summary>
    public TimeSpan AskedUntil { get; set; }

    /// <summary>When its holder heard of it, by a renewal; null before.</summary>
    public TimeSpan? ToldAt { get; set; }

    public bool Overdue { get; set; }

    public ByUrgency LeasedBytes => ByUrgency.Of(Urgency, Bytes);
}
