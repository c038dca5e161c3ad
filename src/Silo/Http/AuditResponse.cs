namespace Headroom.Silo.Http;

/// <summary>The outcome of checking the invariants.</summary>
/// <param name="Ok">Whether all hold.</param>
/// <param name="Violations">Those that do not, with the numbers.</param>
internal sealed record AuditResponse(bool Ok, IReadOnlyList<AuditViolation> Violations);
