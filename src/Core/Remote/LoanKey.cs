namespace Headroom.Remote;

/// <summary>Names a loan to its borrower.</summary>
/// <param name="Host">The lender.</param>
/// <param name="Epoch">The lender's epoch.</param>
/// <param name="Number">The loan's number within it.</param>
internal readonly record struct LoanKey(string Host, long Epoch, long Number);
