namespace Headroom.Contracts;

/// <summary>The answer to <see cref="Exchange"/>: the session's current order.</summary>
[Immutable]
public sealed record ExchangeAnswer
{
    /// <summary>The outcome, as Headroom.Outcome's value. Anything but Granted carries no order.</summary>
    public required byte Outcome { get; init; }

    /// <summary>The session this order is for.</summary>
    public required Guid Session { get; init; }

    /// <summary>The authority's epoch.</summary>
    public required long Epoch { get; init; }

    /// <summary>The order's number; the client acts on newer ones only.</summary>
    public long Order { get; init; }

    /// <summary>
    /// What the session may hold in total, a row for each subsystem; one without a row may hold nothing.
    /// </summary>
    public Entitlement[] Entitlements { get; init; } = [];

    /// <summary>
    /// The lowest urgency that may be served from credit at this moment; 4 closes all but emergency credit.
    /// </summary>
    public byte Gate { get; init; }

    /// <summary>Within what time from now leases that are asked back should have come back.</summary>
    public TimeSpan ReclaimWithin { get; init; }

    /// <summary>
    /// True when the session did not give back in time what was asked: it gets nothing below MustSucceed.
    /// </summary>
    public bool Overdue { get; init; }

    /// <summary>The container's hard limit as last seen; null for none.</summary>
    public long? HardLimitBytes { get; init; }

    /// <summary>
    /// True when memory is short and the client's process could give some back by collecting its garbage.
    /// </summary>
    public bool Collect { get; init; }
}
