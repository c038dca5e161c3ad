namespace Headroom;

/// <summary>How much a session may hold in total for one subsystem: a row of an order.</summary>
/// <param name="Subsystem">The subsystem's name.</param>
/// <param name="TotalBytes">Credit and leases together; an absolute amount.</param>
/// <param name="MaxUrgency">The highest urgency that the subsystem's policy allows.</param>
public readonly record struct SubsystemShare(string Subsystem, long TotalBytes, Urgency MaxUrgency);
