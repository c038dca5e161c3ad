namespace Headroom;

/// <summary>What became of a change of a container's hard limit that its ledger asked for.</summary>
/// <param name="LimitBytes">The limit that was asked for.</param>
/// <param name="Refused">Why it is not in effect; null when it is.</param>
public sealed record ResizeReport(long LimitBytes, string? Refused);
