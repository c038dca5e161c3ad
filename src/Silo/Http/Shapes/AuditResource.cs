namespace Headroom.Silo.Http.Shapes;

/// <summary>The outcome of checking the invariants of all hosts.</summary>
internal sealed record AuditResource
{
    /// <summary>Whether all of them hold.</summary>
    public required bool Ok { get; init; }

    /// <summary>What does not hold; empty when all is well.</summary>
    public required IReadOnlyList<ViolationResource> Violations { get; init; }
}
