namespace Headroom.Silo.Http.Shapes;

/// <summary>What one holder has of the budget that refused.</summary>
internal sealed record HolderResource
{
    /// <summary>A subsystem of the container, or a container of the host.</summary>
    public required string Name { get; init; }

    /// <summary>The urgency at which it holds them.</summary>
    public required string Urgency { get; init; }

    /// <summary>Bytes leased.</summary>
    public required long Bytes { get; init; }
}
