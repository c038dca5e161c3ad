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
    bool OthersWait);
