namespace Headroom;

/// <summary>What the authority asks back of one subsystem's leases.</summary>
/// <param name="Below">Leases below this urgency are asked back.</param>
/// <param name="Bytes">How much of them is held above what may be kept; 1 or more.</param>
/// <param name="KeepBytes">How much of them may be kept.</param>
/// <param name="Until">When they should have come back, on the client's clock.</param>
internal readonly record struct ReclaimDemand(Urgency Below, long Bytes, long KeepBytes, TimeSpan Until);
