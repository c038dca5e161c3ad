namespace Headroom;

/// <summary>
/// A request for a lease that was asked in a session; what is granted to it counts only in that session.
/// </summary>
/// <param name="Command">What is asked.</param>
/// <param name="Credit">Of which subsystem.</param>
/// <param name="Epoch">The authority's epoch.</param>
/// <param name="Opening">Which opening of the session it belongs to.</param>
internal sealed record LeaseAsk(LeaseCommand Command, SubsystemCredit Credit, long Epoch, long Opening);
