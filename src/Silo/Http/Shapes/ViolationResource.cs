namespace Headroom.Silo.Http.Shapes;

/// <summary>An invariant that does not hold.</summary>
internal sealed record ViolationResource
{
    /// <summary>I1 to I8; or "unreachable": nothing is known of what holds at a host that did not answer.</summary>
    public required string Invariant { get; init; }

    /// <summary>The budget: host, or host/container.</summary>
    public required string Budget { get; init; }

    /// <summary>What was expected and what was found, in bytes.</summary>
    public required string Detail { get; init; }
}
