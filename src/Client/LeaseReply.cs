namespace Headroom;

/// <summary>The authority's answer to a request for a lease.</summary>
/// <param name="Decision">What it decided.</param>
/// <param name="Epoch">The epoch of the authority that answered.</param>
/// <param name="Loan">Where the bytes are, when they are on other hosts; null when they are at home.</param>
internal sealed record LeaseReply(LeaseDecision Decision, long Epoch, Contracts.Loan? Loan = null);
