using Headroom.Contracts;

namespace Headroom.Silo.Http.Leases;

/// <summary>A loan that a lease stands for: where it is, without what opens its memory.</summary>
/// <param name="Host">The lending host.</param>
/// <param name="Loan">The loan there.</param>
internal readonly record struct LenderLoan(string Host, LoanId Loan);
