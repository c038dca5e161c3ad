namespace Headroom.Contracts;

/// <summary>What one holder has of a budget at one urgency.</summary>
[GenerateSerializer, Immutable, Alias("headroom.HolderShare")]
public readonly record struct HolderShare
{
    /// <summary>A subsystem of the container, or a container of the host.</summary>
    [Id(0)] public required string Name { get; init; }

    /// <summary>0 to 3.</summary>
    [Id(1)] public required byte Urgency { get; init; }

    /// <summary>Bytes leased.</summary>
    [Id(2)] public required long Bytes { get; init; }
}
