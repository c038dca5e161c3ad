using Headroom.Contracts;

namespace Headroom.Silo.Tests.Http;

internal sealed class ContainerDouble(string key, GrainDoubles cluster) : IContainerBudgetGrain
{
    public ValueTask<LeaseAnswer> RenewLeaseAsync(LeaseClaim claim, CancellationToken cancellationToken)
    {
        cluster.Note(key, "RenewLease", claim);
        return new(cluster.OnRenew(claim));
    }

    public ValueTask ReleaseLeaseAsync(LeaseClaim claim, CancellationToken cancellationToken)
    {
        cluster.Note(key, "ReleaseLease", claim);
        return default;
    }

    public ValueTask CancelAsync(Guid requestId, CancellationToken cancellationToken)
    {
        cluster.Note(key, "Cancel", requestId);
        return default;
    }

    public ValueTask<ContainerView> GetAsync(CancellationToken cancellationToken)
    {
        cluster.Note(key, "Get");
        return new(new ContainerView
        {
            Container = key.Split('/')[1],
            Settings = new ContainerSettings { LimitBytes = 90_000 },
            AllottedBytes = 5000,
            CreditBytes = 30,
            LeasedBytes = [1, 20, 300, 4000],
            GhostBytes = 5,
            UntrackedBytes = 6,
            UnreportedBytes = 7,
            UsageBytes = 8000,
            HardLimitBytes = null,
            Sessions = 2,
            Leases = 3,
            Waiting = [0, 1, 2, 3],
            Epoch = 3,
            Learning = true,
            MustSucceedBytes = 4000,
            Subsystems = ["journal"],
            Holdings = [SubsystemDouble.Holding("journal")],
            OverdraftBytes = 60,
            EmergencyBytes = 50,
            LoanBytes = 70,
            ReclaimingBytes = 80,
            OverdueSessions = 1,
            Heap = new ProcessHeap
            {
                HeapBytes = 500,
                CommittedBytes = 600,
                ResidentBytes = 900,
                CollectableBytes = 300,
            },
        });
    }

    public ValueTask<SubsystemPolicy> GetPolicyAsync(string subsystem, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask<SessionTerms> OpenAsync(OpenSession request, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask<ExchangeAnswer> ExchangeAsync(Exchange request, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask CloseAsync(Guid session, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<TryAcquireAnswer> TryAcquireAsync(TryAcquire request, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask<LeaseAnswer> AttemptAsync(LeaseAttempt attempt, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask OrderAsync(AllotAnswer order, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask<WatchList> ObserveAsync(ContainerObservation observation, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask<AuditReport> AuditAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask DrainAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<LeaseAnswer> BorrowedAsync(
        LeaseAttempt attempt, Loan loan, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<LeaseAnswer> ExplainAsync(LeaseAttempt attempt, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask<MustSucceedView> GetMustSucceedAsync(CancellationToken cancellationToken)
    {
        cluster.Note(key, "GetMustSucceed");
        return new(new MustSucceedView
        {
            QuotaBytes = 9000,
            OutstandingBytes = 4000,
            Reasons =
            [
                new MustSucceedReason
                {
                    Subsystem = "journal", Reason = "commit", Granted = 5, Waiting = 1, OutstandingBytes = 4000,
                },
            ],
        });
    }

    public ValueTask<SubsystemView?> GetSubsystemAsync(string subsystem, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask ResizedAsync(ResizeResult result, CancellationToken cancellationToken)
    {
        cluster.Note(key, "Resized", result);
        return cluster.OnResized(result);
    }

    public ValueTask LiftAsync(string subsystem, CancellationToken cancellationToken) =>
        throw new NotSupportedException();
}
