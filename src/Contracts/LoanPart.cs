namespace Headroom.Contracts;

/// <summary>One host's copy of the bytes of a loan.</summary>
[GenerateSerializer, Immutable, Alias("headroom.LoanPart")]
public sealed record LoanPart
{
    /// <summary>The lending host.</summary>
    [Id(0)] public required string Host { get; init; }

    /// <summary>The loan there.</summary>
    [Id(1)] public required LoanId Loan { get; init; }

    /// <summary>Where its memory is served: an address and a TCP port, <c>10.0.0.7:30001</c>.</summary>
    [Id(2)] public required string Endpoint { get; init; }

    /// <summary>Opens the memory to who has it; 16 bytes, never logged.</summary>
    [Id(3)] public required byte[] Token { get; init; }
}
