using Headroom.Contracts;

namespace Headroom.Silo.Tests.Http;

internal sealed class ReserveDouble(string key, GrainDoubles cluster) : IReserveGrain
{
    public async ValueTask<RenewLoansAnswer> RenewAsync(LoanId[] loans, CancellationToken cancellationToken)
    {
        cluster.Note(key, "RenewLoans", loans);
        return new RenewLoansAnswer { Gone = await cluster.OnRenewLoans(key, loans), FreePledgeBytes = 0 };
    }

    public async ValueTask ReleaseAsync(LoanId[] loans, CancellationToken cancellationToken)
    {
        cluster.Note(key, "ReleaseLoans", loans);
        await cluster.OnReleaseLoans(key);
    }

    public ValueTask<ReserveView> GetAsync(CancellationToken cancellationToken)
    {
        cluster.Note(key, "GetReserve");
        return new(new ReserveView
        {
            Host = key,
            PledgedBytes = 100,
            LentBytes = 11,
            FreePledgeBytes = 89,
            Loans = 2,
            Borrowers = new Dictionary<string, long> { ["host-2/b/s"] = 4, ["host-2/a/s"] = 7 },
        });
    }

    public ValueTask<AuditReport> AuditAsync(CancellationToken cancellationToken)
    {
        cluster.Note(key, "AuditReserve");
        return new(new AuditReport { Violations = cluster.ReserveViolations });
    }

    public ValueTask<LendAnswer> LendAsync(LendRequest request, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask CancelAsync(Guid requestId, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask<PledgeShare[]> GetPledgesAsync(CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask DrainAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
}
