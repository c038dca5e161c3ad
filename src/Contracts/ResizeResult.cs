namespace Headroom.Contracts;

/// <summary>What became of a hard limit that a container wanted.</summary>
[GenerateSerializer, Immutable, Alias("headroom.ResizeResult")]
public sealed record ResizeResult
{
    /// <summary>The limit that was wanted.</summary>
    [Id(0)] public required long LimitBytes { get; init; }

    /// <summary>Why it is not in effect; null when it is.</summary>
    [Id(1)] public string? Refused { get; init; }
}
