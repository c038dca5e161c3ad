namespace Headroom.Contracts;

/// <summary>How much a session may hold in total for one subsystem. Part of an order.</summary>
[GenerateSerializer, Immutable, Alias("headroom.Entitlement")]
public readonly record struct Entitlement
{
    /// <summary>The subsystem's name.</summary>
    [Id(0)] public required string Subsystem { get; init; }

    /// <summary>Total bytes, credit and leases together; an absolute amount.</summary>
    [Id(1)] public required long TotalBytes { get; init; }

    /// <summary>The highest urgency that the subsystem's policy allows; 0 to 3.</summary>
    [Id(2)] public byte MaxUrgency { get; init; }
}
