using Headroom.Contracts;

namespace Headroom.Grains.Lending;

/// <summary>A cluster without anybody to borrow from.</summary>
internal sealed class NoLenders : ILoanBroker
{
    /// <inheritdoc/>
    public IReadOnlyList<PledgeRow> Pledges => [];

    /// <inheritdoc/>
    public ValueTask<LoanOffer> BorrowAsync(LoanWish wish, CancellationToken cancellationToken) =>
        new(new LoanOffer(null, 0, "there is no other host"));

    /// <inheritdoc/>
    public ValueTask ReturnAsync(Loan loan, CancellationToken cancellationToken) => default;
}
