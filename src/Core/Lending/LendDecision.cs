namespace Headroom;

/// <summary>How a request for a loan stands.</summary>
/// <param name="Outcome">
/// Waiting while its mark or its memory is under way; Granted with the loan; Refused, Gone when it was cancelled,
/// Conflict for another request of the same id, Invalid, Unavailable while the reserve drains.
/// </param>
/// <param name="Number">The loan's number; 0 without one.</param>
/// <param name="FreePledgeBytes">What the reserve could lend.</param>
public readonly record struct LendDecision(Outcome Outcome, long Number, long FreePledgeBytes);
