using Headroom.Contracts;
using Headroom.Grains.Placement;
using Orleans.Concurrency;

namespace Headroom.Grains.Lending;

/// <summary>The door to what this process lends; it has no state, and acts only on its host's own silo.</summary>
[Reentrant, HostAffinity]
internal sealed class ReserveGrain(Lender lender, IHostDirectory hosts) : Grain, IReserveGrain
{
    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        string host = BudgetKey.Split(this.GetPrimaryKeyString(), 1)[0];
        return host == hosts.Local
            ? Task.CompletedTask
            : throw new BudgetUnavailableException($"The silo of host {host} is not up: what it lent went with it.");
    }

    /// <inheritdoc/>
    public ValueTask<LendAnswer> LendAsync(LendRequest request, CancellationToken cancellationToken) =>
        lender.LendAsync(request, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<RenewLoansAnswer> RenewAsync(LoanId[] loans, CancellationToken cancellationToken) =>
        new(lender.Renew(loans));

    /// <inheritdoc/>
    public ValueTask ReleaseAsync(LoanId[] loans, CancellationToken cancellationToken)
    {
        lender.Release(loans);
        return default;
    }

    /// <inheritdoc/>
    public ValueTask CancelAsync(Guid requestId, CancellationToken cancellationToken)
    {
        lender.Cancel(requestId);
        return default;
    }

    /// <inheritdoc/>
    public ValueTask<ReserveView> GetAsync(CancellationToken cancellationToken) => new(lender.View());

    /// <inheritdoc/>
    public ValueTask<PledgeShare[]> GetPledgesAsync(CancellationToken cancellationToken) => new(lender.Pledges());

    /// <inheritdoc/>
    public ValueTask<AuditReport> AuditAsync(CancellationToken cancellationToken) => new(lender.Audit());

    /// <inheritdoc/>
    public ValueTask DrainAsync(CancellationToken cancellationToken)
    {
        lender.Drain();
        return default;
    }
}
