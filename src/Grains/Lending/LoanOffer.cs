using Headroom.Contracts;

namespace Headroom.Grains.Lending;

/// <summary>What came of asking for a loan.</summary>
/// <param name="Loan">The loan; null when nobody could lend.</param>
/// <param name="AvailableBytes">The most that any host that was asked or known could have lent.</param>
/// <param name="Detail">A sentence that names whom was asked and what each said.</param>
internal sealed record LoanOffer(Loan? Loan, long AvailableBytes, string Detail);
