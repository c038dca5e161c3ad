namespace Headroom.Contracts;

/// <summary>A request to a reserve for a loan.</summary>
[GenerateSerializer, Immutable, Alias("headroom.LendRequest")]
public sealed record LendRequest
{
    /// <summary>Names this ask at this lender: the same again gets the first answer.</summary>
    [Id(0)] public required Guid RequestId { get; init; }

    /// <summary>1 to the lender's capacity.</summary>
    [Id(1)] public required long Bytes { get; init; }

    /// <summary>How long the loan lives without renewal.</summary>
    [Id(2)] public required TimeSpan Ttl { get; init; }

    /// <summary>The borrowing subsystem, as <c>host/container/subsystem</c>.</summary>
    [Id(3)] public required string Borrower { get; init; }
}
