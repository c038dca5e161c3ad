namespace Headroom.Contracts;

/// <summary>The answer to <see cref="Exchange"/>: the session's current order.</summary>
[GenerateSerializer, Immutable, Alias("headroom.ExchangeAnswer")]
public sealed record ExchangeAnswer
{
    /// <summary>The outcome, as Headroom.Outcome's value. Anything but Granted carries no order.</summary>
    [Id(0)] public required byte Outcome { get; init; }

    /// <summary>The session this order is for.</summary>
    [Id(1)] public required Guid Session { get; init; }

    /// <summary>The authority's epoch.</summary>
    [Id(2)] public required long Epoch { get; init; }

    /// <summary>The order's number; the client acts on newer ones only.</summary>
    [Id(3)] public long Order { get; init; }

    /// <summary>
    /// What the session may hold in total, a row for each subsystem; one without a row may hold nothing.
    /// </summary>
    [Id(4)] public Entitlement[] Entitlements { get; init; } = [];

    /// <summary>
    /// The lowest urgency that may be served from credit at this moment; 4 closes all but emergency credit.
    /// </summary>
    [Id(5)] public byte Gate { get; init; }

    /// <summary>Within what time from now leases that are asked back should have come back.</summary>
    [Id(6)] public TimeSpan ReclaimWithin { get; init; }

    /// <summary>
    /// True when the session did not give back in time what was asked: it gets nothing below MustSucceed.
    /// </summary>
    [Id(7)] public bool Overdue { get; init; }

    /// <summary>The container's hard limit as last seen; null for none.</summary>
    [Id(8)] public long? HardLimitBytes { get; init; }

    /// <summary>
    /// True when memory is short and the client's process could give some back by collecting its garbage.
    /// </summary>
    [Id(9)] public bool Collect { get; init; }
}
