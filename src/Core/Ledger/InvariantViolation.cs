namespace Headroom;

/// <summary>An invariant that does not hold.</summary>
/// <param name="Invariant">"I1" to "I8", see docs/ARCHITECTURE.md.</param>
/// <param name="Detail">What was expected and what was found.</param>
public sealed record InvariantViolation(string Invariant, string Detail);
