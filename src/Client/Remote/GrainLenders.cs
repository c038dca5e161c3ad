using Headroom.Contracts;

namespace Headroom.Remote;

/// <summary>The reserves behind a cluster's gateway.</summary>
internal sealed class GrainLenders(Func<IGrainFactory> grains) : ILenders
{
    /// <inheritdoc/>
    public ValueTask<RenewLoansAnswer> RenewAsync(
        string host, LoanId[] loans, CancellationToken cancellationToken) =>
        grains().GetGrain<IReserveGrain>(host).RenewAsync(loans, cancellationToken);

    /// <inheritdoc/>
    public ValueTask ReleaseAsync(string host, LoanId[] loans, CancellationToken cancellationToken) =>
        grains().GetGrain<IReserveGrain>(host).ReleaseAsync(loans, cancellationToken);
}
