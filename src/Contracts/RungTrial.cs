namespace Headroom.Contracts;

/// <summary>What one rung of the ladder had for a request.</summary>
[GenerateSerializer, Immutable, Alias("headroom.RungTrial")]
public readonly record struct RungTrial
{
    /// <summary>Headroom.Rung's value.</summary>
    [Id(0)] public required byte Rung { get; init; }

    /// <summary>
    /// Bytes it could have given to this urgency; may be less than zero when the budget is overdrawn.
    /// </summary>
    [Id(1)] public required long AvailableBytes { get; init; }
}
