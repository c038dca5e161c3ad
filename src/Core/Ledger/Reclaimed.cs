namespace Headroom;

/// <summary>Something that happened to bytes that were asked back.</summary>
/// <param name="Step">What.</param>
/// <param name="Subsystem">The subsystem that holds them.</param>
/// <param name="Below">Leases below this urgency; of one lease without a session, its urgency.</param>
/// <param name="Bytes">How many.</param>
/// <param name="Session">The session; empty for a lease without one.</param>
/// <param name="LeaseId">The lease without a session; 0 for none.</param>
public readonly record struct Reclaimed(
    ReclaimStep Step, string Subsystem, Urgency Below, long Bytes, Guid Session, long LeaseId);
