namespace Headroom.Contracts;

/// <summary>Real bytes on other hosts that a lease stands for.</summary>
[GenerateSerializer, Immutable, Alias("headroom.Loan")]
public sealed record Loan
{
    /// <summary>Its size.</summary>
    [Id(0)] public required long Bytes { get; init; }

    /// <summary>How long each part lives without renewal.</summary>
    [Id(1)] public required TimeSpan Ttl { get; init; }

    /// <summary>The hosts that hold the bytes, each all of them; 1 or 2.</summary>
    [Id(2)] public required LoanPart[] Parts { get; init; }
}
