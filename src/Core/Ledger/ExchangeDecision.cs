namespace Headroom;

/// <summary>The session's current order.</summary>
/// <param name="Outcome">Granted with an order, or RegisterAgain or Invalid without one.</param>
/// <param name="Order">The order's number.</param>
/// <param name="Shares">What the session may hold, for each subsystem; one without a row may hold nothing.</param>
/// <param name="Gate">The lowest urgency that may be served from credit now; 4 closes all.</param>
/// <param name="Unmet">Whether a want stayed unmet for want of allotment: asking the host may help.</param>
public sealed record ExchangeDecision(
    Outcome Outcome, long Order, IReadOnlyList<SubsystemShare> Shares, int Gate, bool Unmet)
{
    /// <summary>Whether it did not give back in time what was asked.</summary>
    public bool Overdue { get; init; }

    /// <summary>Within what time what is asked back should come back.</summary>
    public TimeSpan ReclaimWithin { get; init; }

    /// <summary>The container's hard limit as last seen; null for none.</summary>
    public long? HardLimitBytes { get; init; }

    /// <summary>Whether its process should collect its garbage: memory is short, and much of it may be dead.</summary>
    public bool Collect { get; init; }
}
