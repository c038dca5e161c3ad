namespace Headroom;

/// <summary>The authority's answer to an exchange: the session's current order.</summary>
/// <param name="Outcome">Granted with an order, or why there is none.</param>
/// <param name="Session">The session it is for.</param>
/// <param name="Epoch">The authority's epoch.</param>
/// <param name="Order">The order's number.</param>
/// <param name="Shares">
/// What the session may hold in total, for each subsystem; one without a row may hold nothing.
/// </param>
/// <param name="Gate">The lowest urgency that may be served from credit now; 4 closes all.</param>
internal sealed record OrderAnswer(
    Outcome Outcome, Guid Session, long Epoch, long Order, IReadOnlyList<SubsystemShare> Shares, int Gate)
{
    /// <summary>Whether the session did not give back in time what was asked.</summary>
    public bool Overdue { get; init; }

    /// <summary>Within what time what is asked back should come back.</summary>
    public TimeSpan ReclaimWithin { get; init; }

    /// <summary>The container's hard limit as the authority sees it; null for none.</summary>
    public long? HardLimitBytes { get; init; }

    /// <summary>Whether this process should collect its garbage.</summary>
    public bool Collect { get; init; }
}
