namespace Headroom.Contracts;

/// <summary>How much a session would like to hold in total for one subsystem, and how badly.</summary>
[GenerateSerializer, Immutable, Alias("headroom.Want")]
public readonly record struct Want
{
    /// <summary>The subsystem's name.</summary>
    [Id(0)] public required string Subsystem { get; init; }

    /// <summary>Total bytes wanted, credit and leases together; an absolute amount, never "plus n".</summary>
    [Id(1)] public required long TotalBytes { get; init; }

    /// <summary>0 to 3.</summary>
    [Id(2)] public required byte Urgency { get; init; }
}
