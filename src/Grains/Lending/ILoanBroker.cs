using Headroom.Contracts;

namespace Headroom.Grains.Lending;

/// <summary>Finds lenders for a must-succeed request that its own host cannot meet.</summary>
internal interface ILoanBroker
{
    /// <summary>What other hosts could lend, as last heard; may be seconds old.</summary>
    IReadOnlyList<PledgeRow> Pledges { get; }

    /// <summary>
    /// Asks for a loan on one or two other hosts, all or nothing: what was granted in vain has been given back, or
    /// will be
    /// by its TTL, when this returns.
    /// </summary>
    ValueTask<LoanOffer> BorrowAsync(LoanWish wish, CancellationToken cancellationToken);

    /// <summary>Gives a loan back; what cannot be reached ends by its TTL.</summary>
    ValueTask ReturnAsync(Loan loan, CancellationToken cancellationToken);
}
