namespace Headroom;

/// <summary>The host's current order to a container.</summary>
/// <param name="Outcome">
/// Granted with an order; Fenced for an older epoch; Unavailable when nothing may be granted.
/// </param>
/// <param name="Order">The order's number.</param>
/// <param name="AllottedBytes">The whole allotment.</param>
/// <param name="LongestTtl">The longest lease life in the table.</param>
/// <param name="AvailableBytes">What the host has left for this container at each urgency.</param>
/// <param name="OthersWait">Whether other containers wait for what this one does not use.</param>
public readonly record struct AllotDecision(
    Outcome Outcome, long Order, long AllottedBytes, TimeSpan LongestTtl, ByUrgency AvailableBytes,
    bool OthersWait)
{
    /// <summary>The whole overdraft: bytes beyond the allotment, for must-succeed alone.</summary>
    public long OverdraftBytes { get; init; }

    /// <summary>What the host could still give as overdraft.</summary>
    public long OverdraftAvailableBytes { get; init; }

    /// <summary>Leases below this urgency are asked back from the container; Optional when nothing is.</summary>
    public Urgency ReclaimBelow { get; init; }

    /// <summary>The allotment that it should come down to by that; an absolute amount.</summary>
    public long ReclaimKeepBytes { get; init; }

    /// <summary>Bytes that other containers were asked for and have not yet given back.</summary>
    public long ReclaimingBytes { get; init; }
}
