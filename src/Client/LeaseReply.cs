namespace Headroom;

/// <summary>The authority's answer to a request for a lease.</summary>
/// <param name="Decision">What it decided.</param>
/// <param name="Epoch">The epoch of the authority that answered.</param>
internal sealed record LeaseReply(LeaseDecision Decision, long Epoch);
