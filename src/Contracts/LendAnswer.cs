namespace Headroom.Contracts;

/// <summary>A reserve's answer to a request for a loan.</summary>
[GenerateSerializer, Immutable, Alias("headroom.LendAnswer")]
public sealed record LendAnswer
{
    /// <summary>The outcome, as Headroom.Outcome's value.</summary>
    [Id(0)] public required byte Outcome { get; init; }

    /// <summary>The loan; null when not granted.</summary>
    [Id(1)] public LoanPart? Part { get; init; }

    /// <summary>What the reserve could still lend after this.</summary>
    [Id(2)] public required long FreePledgeBytes { get; init; }

    /// <summary>Why not; null when granted.</summary>
    [Id(3)] public string? Detail { get; init; }
}
