using Headroom.Contracts;

namespace Headroom.Remote;

/// <summary>The reserves of other hosts, as a borrower calls them.</summary>
internal interface ILenders
{
    /// <summary>Renews loans of one lender, each for its whole TTL.</summary>
    ValueTask<RenewLoansAnswer> RenewAsync(string host, LoanId[] loans, CancellationToken cancellationToken);

    /// <summary>Gives loans of one lender back. Idempotent.</summary>
    ValueTask ReleaseAsync(string host, LoanId[] loans, CancellationToken cancellationToken);
}
