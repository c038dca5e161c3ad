namespace Headroom;

/// <summary>This process's share of its container's budget at one moment.</summary>
public sealed record BudgetStatus
{
    /// <summary>The host whose memory it is.</summary>
    public required string Host { get; init; }

    /// <summary>The container whose budget it is.</summary>
    public required string Container { get; init; }

    /// <summary>
    /// True while a session is open and has not lapsed. False before the first connection, while the authority has been
    /// away for longer than the session lives, and after closing: nothing is granted from credit then.
    /// </summary>
    public required bool Connected { get; init; }

    /// <summary>The session's id; empty before the first.</summary>
    public required Guid Session { get; init; }

    /// <summary>The epoch of the authority that the session is with; 0 before the first.</summary>
    public required long Epoch { get; init; }

    /// <summary>Bytes drawn from the authority, not leased, and not emergency credit.</summary>
    public required long CreditBytes { get; init; }

    /// <summary>
    /// Bytes drawn and kept for <see cref="Urgency.MustSucceed"/> alone, as the subsystems' policies say. They can be
    /// used also while not connected.
    /// </summary>
    public required long EmergencyBytes { get; init; }

    /// <summary>
    /// True when this process did not give back in time what was asked of it: it is refused everything below
    /// <see cref="Urgency.MustSucceed"/> until it has.
    /// </summary>
    public required bool Overdue { get; init; }

    /// <summary>Bytes leased at each urgency; index 0 to 3 is the <see cref="Urgency"/>.</summary>
    public required IReadOnlyList<long> LeasedBytes { get; init; }

    /// <summary>
    /// Bytes in leases that the authority does not know: this process came back too late to be believed, or they were
    /// taken from emergency credit while it was away. They are in use until their leases are disposed, and count as
    /// untracked.
    /// </summary>
    public required long LostBytes { get; init; }
}
