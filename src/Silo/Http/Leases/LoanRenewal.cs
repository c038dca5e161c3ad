namespace Headroom.Silo.Http.Leases;

/// <summary>What the lenders of a lease said to its renewal. Each loan is in one of the three.</summary>
/// <param name="Kept">Renewed, in the order of the lease.</param>
/// <param name="Gone">Lost for good: its lender does not have it, or is gone itself.</param>
/// <param name="Silent">Nothing is known: its lender is up and did not answer.</param>
internal sealed record LoanRenewal(
    IReadOnlyList<LenderLoan> Kept, IReadOnlyList<LenderLoan> Gone, IReadOnlyList<LenderLoan> Silent);
