using Headroom.Contracts;

namespace Headroom.Simulation.Tests.Cluster;

/// <summary>A container's budget as seen from a silo.</summary>
internal sealed class ContainerReference(SimCluster cluster, SimSilo from, string name)
    : GrainAt<IContainerBudgetGrain>(cluster, from, new GrainKey(GrainKind.Container, name)), IContainerBudgetGrain
{
    public ValueTask<SessionTerms> OpenAsync(OpenSession request, CancellationToken cancellationToken) =>
        Call("Open", grain => grain.OpenAsync(request, default), cancellationToken);

    public ValueTask<ExchangeAnswer> ExchangeAsync(Exchange request, CancellationToken cancellationToken) =>
        Call("Exchange", grain => grain.ExchangeAsync(request, default), cancellationToken);

    public ValueTask CloseAsync(Guid session, CancellationToken cancellationToken) =>
        Call("Close", grain => grain.CloseAsync(session, default), cancellationToken);

    public ValueTask<TryAcquireAnswer> TryAcquireAsync(TryAcquire request, CancellationToken cancellationToken) =>
        Call("TryAcquire", grain => grain.TryAcquireAsync(request, default), cancellationToken);

    public ValueTask<LeaseAnswer> AttemptAsync(LeaseAttempt attempt, CancellationToken cancellationToken) =>
        Call("Attempt", grain => grain.AttemptAsync(attempt, default), cancellationToken);

    public ValueTask<LeaseAnswer> RenewLeaseAsync(LeaseClaim claim, CancellationToken cancellationToken) =>
        Call("RenewLease", grain => grain.RenewLeaseAsync(claim, default), cancellationToken);

    public ValueTask ReleaseLeaseAsync(LeaseClaim claim, CancellationToken cancellationToken) =>
        Call("ReleaseLease", grain => grain.ReleaseLeaseAsync(claim, default), cancellationToken);

    public ValueTask CancelAsync(Guid requestId, CancellationToken cancellationToken) =>
        Call("Cancel", grain => grain.CancelAsync(requestId, default), cancellationToken);

    public ValueTask OrderAsync(AllotAnswer order, CancellationToken cancellationToken) =>
        Call("Order", grain => grain.OrderAsync(order, default), cancellationToken);

    public ValueTask<WatchList> ObserveAsync(ContainerObservation observation, CancellationToken cancellationToken) =>
        Call("Observe", grain => grain.ObserveAsync(observation, default), cancellationToken);

    public ValueTask<ContainerView> GetAsync(CancellationToken cancellationToken) =>
        Call("Get", grain => grain.GetAsync(default), cancellationToken);

    public ValueTask<SubsystemPolicy> GetPolicyAsync(string subsystem, CancellationToken cancellationToken) =>
        Call("GetPolicy", grain => grain.GetPolicyAsync(subsystem, default), cancellationToken);

    public ValueTask<AuditReport> AuditAsync(CancellationToken cancellationToken) =>
        Call("Audit", grain => grain.AuditAsync(default), cancellationToken);

    public ValueTask DrainAsync(CancellationToken cancellationToken) =>
        Call("Drain", grain => grain.DrainAsync(default), cancellationToken);

    public ValueTask<LeaseAnswer> BorrowedAsync(LeaseAttempt attempt, Loan loan, CancellationToken cancellationToken) =>
        Call("Borrowed", grain => grain.BorrowedAsync(attempt, loan, default), cancellationToken);

    public ValueTask<LeaseAnswer> ExplainAsync(LeaseAttempt attempt, CancellationToken cancellationToken) =>
        Call("Explain", grain => grain.ExplainAsync(attempt, default), cancellationToken);

    public ValueTask<MustSucceedView> GetMustSucceedAsync(CancellationToken cancellationToken) =>
        Call("GetMustSucceed", grain => grain.GetMustSucceedAsync(default), cancellationToken);

    public ValueTask<SubsystemView?> GetSubsystemAsync(string subsystem, CancellationToken cancellationToken) =>
        Call("GetSubsystem", grain => grain.GetSubsystemAsync(subsystem, default), cancellationToken);

    public ValueTask ResizedAsync(ResizeResult result, CancellationToken cancellationToken) =>
        Call("Resized", grain => grain.ResizedAsync(result, default), cancellationToken);

    public ValueTask LiftAsync(string subsystem, CancellationToken cancellationToken) =>
        Call("Lift", grain => grain.LiftAsync(subsystem, default), cancellationToken);
}
