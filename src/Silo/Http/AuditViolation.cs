namespace Headroom.Silo.Http;

/// <summary>An invariant that does not hold.</summary>
/// <param name="Invariant">"I1" to "I8", see docs/ARCHITECTURE.md.</param>
/// <param name="Budget">The budget: host, or host/container.</param>
/// <param name="Detail">What was expected and what was found.</param>
internal sealed record AuditViolation(string Invariant, string Budget, string Detail);
