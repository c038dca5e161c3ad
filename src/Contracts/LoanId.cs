namespace Headroom.Contracts;

/// <summary>Names a loan at its lender.</summary>
/// <param name="Epoch">The lender's epoch: a new one has none of the loans of the old.</param>
/// <param name="Number">The loan's number within the epoch.</param>
[GenerateSerializer, Immutable, Alias("headroom.LoanId")]
public readonly record struct LoanId([property: Id(0)] long Epoch, [property: Id(1)] long Number);
