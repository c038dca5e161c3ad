using Headroom.Contracts;

namespace Headroom.Simulation.Tests.Cluster;

/// <summary>A reserve as seen from a silo.</summary>
internal sealed class ReserveReference(SimCluster cluster, SimSilo from, string name)
    : GrainAt<IReserveGrain>(cluster, from, new GrainKey(GrainKind.Reserve, name)), IReserveGrain
{
    private readonly SimCluster _cluster = cluster;

    public ValueTask<LendAnswer> LendAsync(LendRequest request, CancellationToken cancellationToken) =>
        Call("Lend", grain => _cluster.LendAsync(grain, request), cancellationToken);

    public ValueTask<RenewLoansAnswer> RenewAsync(LoanId[] loans, CancellationToken cancellationToken) =>
        Call("Renew", grain => grain.RenewAsync(loans, default), cancellationToken);

    public ValueTask ReleaseAsync(LoanId[] loans, CancellationToken cancellationToken) =>
        Call("Release", grain => grain.ReleaseAsync(loans, default), cancellationToken);

    public ValueTask CancelAsync(Guid requestId, CancellationToken cancellationToken) =>
        Call("Cancel", grain => _cluster.CancelAsync(grain, requestId), cancellationToken);

    public ValueTask<ReserveView> GetAsync(CancellationToken cancellationToken) =>
        Call("Get", grain => grain.GetAsync(default), cancellationToken);

    public ValueTask<PledgeShare[]> GetPledgesAsync(CancellationToken cancellationToken) =>
        Call("GetPledges", grain => grain.GetPledgesAsync(default), cancellationToken);

    public ValueTask<AuditReport> AuditAsync(CancellationToken cancellationToken) =>
        Call("Audit", grain => grain.AuditAsync(default), cancellationToken);

    public ValueTask DrainAsync(CancellationToken cancellationToken) =>
        Call("Drain", grain => grain.DrainAsync(default), cancellationToken);
}
