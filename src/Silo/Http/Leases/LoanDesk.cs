using Headroom.Contracts;
using Headroom.Silo.Http.Budgets;

namespace Headroom.Silo.Http.Leases;

/// <summary>Speaks with the lenders of a lease on behalf of HTTP clients.</summary>
internal sealed partial class LoanDesk(BudgetDirectory budgets, ILogger<LoanDesk> logger)
{
    // A lender answers from its books, without a store: whoever takes longer has other troubles.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <summary>Renews each loan of a lease, all at once. Never fails because of a lender.</summary>
    public async Task<LoanRenewal> RenewAsync(SealedLease lease, CancellationToken cancellationToken)
    {
        bool?[] kept = await Task.WhenAll(lease.Loans.Select(loan => RenewAsync(loan, cancellationToken)));
        return new LoanRenewal(Those(true), Those(false), Those(null));

        LenderLoan[] Those(bool? what) => [.. lease.Loans.Where((_, index) => kept[index] == what)];
    }

    /// <summary>
    /// Gives each loan of a lease back, all at once. What a lender does not hear of ends by its time to live.
    /// </summary>
    public Task ReleaseAsync(SealedLease lease, CancellationToken cancellationToken) =>
        Task.WhenAll(lease.Loans.Select(loan => ReleaseAsync(loan, cancellationToken)));

    private async Task<bool?> RenewAsync(LenderLoan loan, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            RenewLoansAnswer answer = await budgets.Reserve(loan.Host).RenewAsync([loan.Loan], limit.Token).AsTask()
                .WaitAsync(limit.Token);
            return !answer.Gone.Contains(loan.Loan);
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            // What a silo lends is memory of its process, and goes with it.
            bool isUp = budgets.IsUp(loan.Host);
            LogRenewFailed(logger, loan.Host, isUp, error);
            return isUp ? null : false;
        }
    }

    private async Task ReleaseAsync(LenderLoan loan, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            await budgets.Reserve(loan.Host).ReleaseAsync([loan.Loan], limit.Token).AsTask().WaitAsync(limit.Token);
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            LogReleaseFailed(logger, loan.Host, error);
        }
    }
}
