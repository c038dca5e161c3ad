namespace Headroom.Contracts;

/// <summary>An invariant that does not hold, with the numbers.</summary>
[GenerateSerializer, Immutable, Alias("headroom.Violation")]
public sealed record Violation
{
    /// <summary>"I1" to "I8".</summary>
    [Id(0)] public required string Invariant { get; init; }

    /// <summary>The budget: host, or host/container.</summary>
    [Id(1)] public required string Budget { get; init; }

    /// <summary>What was expected and what was found, in bytes.</summary>
    [Id(2)] public required string Detail { get; init; }
}
