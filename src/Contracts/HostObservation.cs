namespace Headroom.Contracts;

/// <summary>What a host's machine really uses.</summary>
[GenerateSerializer, Immutable, Alias("headroom.HostObservation")]
public sealed record HostObservation
{
    /// <summary>Bytes the machine has.</summary>
    [Id(0)] public required long TotalBytes { get; init; }

    /// <summary>Bytes of it in use: not available without swapping.</summary>
    [Id(1)] public required long UsedBytes { get; init; }

    /// <summary>How hard memory is pressed: 0 none, 1 some, 2 high.</summary>
    [Id(2)] public byte Pressure { get; init; }
}
