namespace Headroom.Silo.Http.Shapes;

/// <summary>One copy of a loan, on one host.</summary>
internal sealed record LoanPartResource
{
    /// <summary>The lending host.</summary>
    public required string Host { get; init; }

    /// <summary>Where its memory is served: an address and a TCP port. Only in the answer that grants it.</summary>
    public string? Endpoint { get; init; }

    /// <summary>The lender's epoch; a new one, after a restart, has none of the loans of the old.</summary>
    public required long Epoch { get; init; }

    /// <summary>The loan's number within the epoch.</summary>
    public required long Number { get; init; }

    /// <summary>Opens the memory to who has it, in base64: a secret. Only in the answer that grants it.</summary>
    public string? Token { get; init; }
}
