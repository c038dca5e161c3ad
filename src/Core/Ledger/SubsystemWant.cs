namespace Headroom;

/// <summary>How much a session would like to hold in total for one subsystem.</summary>
/// <param name="Subsystem">The subsystem's name.</param>
/// <param name="TotalBytes">Credit and leases together; an absolute amount, 0 or more.</param>
/// <param name="Urgency">How badly.</param>
public readonly record struct SubsystemWant(string Subsystem, long TotalBytes, Urgency Urgency);
