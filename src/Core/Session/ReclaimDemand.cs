namespace Headroom;

/// <summary>What the authority asks back of one subsystem of a session.</summary>
/// <param name="Credit">The subsystem.</param>
/// <param name="Below">Leases below this urgency are asked back.</param>
/// <param name="Bytes">How much of them is held above what may be kept.</param>
/// <param name="Within">Within what time.</param>
internal readonly record struct ReclaimDemand(SubsystemCredit Credit, Urgency Below, long Bytes, TimeSpan Within);
