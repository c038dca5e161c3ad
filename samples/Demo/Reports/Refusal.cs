namespace Headroom.Samples.Demo.Reports;

/// <summary>One kind of refusal, and how often it came.</summary>
/// <param name="Part">The part that asked.</param>
/// <param name="Urgency">The urgency it asked at.</param>
/// <param name="Reason">Why it was refused.</param>
/// <param name="RefusedBy">The budget that refused.</param>
/// <param name="Rung">The last step of the ladder that was tried.</param>
/// <param name="Times">How often.</param>
internal sealed record Refusal(
    string Part, string Urgency, string Reason, string RefusedBy, string Rung, long Times);
