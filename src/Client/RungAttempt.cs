namespace Headroom;

/// <summary>A step of the escalation ladder that was tried for a request, and what it had.</summary>
/// <param name="Rung">The step.</param>
/// <param name="AvailableBytes">
/// Bytes it could have given at this urgency; less than 0 when the budget is overdrawn.
/// </param>
public readonly record struct RungAttempt(Rung Rung, long AvailableBytes);
