namespace Headroom.Contracts;

/// <summary>The outcome of checking the invariants.</summary>
[GenerateSerializer, Immutable, Alias("headroom.AuditReport")]
public sealed record AuditReport
{
    /// <summary>What does not hold; empty when all is well.</summary>
    [Id(0)] public required Violation[] Violations { get; init; }
}
