namespace Headroom.Silo.Http.Shapes;

/// <summary>What one rung of the ladder had for a request.</summary>
internal sealed record RungResource
{
    /// <summary>The rung.</summary>
    public required string Rung { get; init; }

    /// <summary>Bytes it could have given at this urgency; less than 0 when the budget is overdrawn.</summary>
    public required long AvailableBytes { get; init; }
}
