namespace Headroom.Contracts;

/// <summary>
/// The authority over one container's memory; decides between sessions and subsystems. Key: <c>host/container</c>.
/// Sessions and leases are soft state: after a restart it learns them again from its clients.
/// </summary>
[Alias("headroom.IContainerBudgetGrain")]
public interface IContainerBudgetGrain : IGrainWithStringKey
{
    /// <summary>
    /// Opens a session with what the client already holds. The same session id again gets the first answer.
    /// </summary>
    [Alias("Open")]
    ValueTask<SessionTerms> OpenAsync(OpenSession request, CancellationToken cancellationToken);

    /// <summary>
    /// Renews a session and trades credit in one message for all subsystems: give back this, want that. Answered at
    /// once
    /// with what there is.
    /// </summary>
    [Alias("Exchange")]
    ValueTask<ExchangeAnswer> ExchangeAsync(Exchange request, CancellationToken cancellationToken);

    /// <summary>Ends a session whose client says that it holds nothing any more. Idempotent.</summary>
    [Alias("Close")]
    ValueTask CloseAsync(Guid session, CancellationToken cancellationToken);

    /// <summary>
    /// First attempts at leases, several in one message: each is granted at once, refused for good, or answered Waiting
    /// without a place in the queue. The same request again gets the first answer.
    /// </summary>
    [Alias("TryAcquire")]
    ValueTask<TryAcquireAnswer> TryAcquireAsync(TryAcquire request, CancellationToken cancellationToken);

    /// <summary>
    /// One attempt at a lease; called by the subsystem's pipeline. Waits in the queue for at most
    /// <see cref="LeaseAttempt.Patience"/>; a request that still waits then keeps its place.
    /// </summary>
    [Alias("Attempt")]
    ValueTask<LeaseAnswer> AttemptAsync(LeaseAttempt attempt, CancellationToken cancellationToken);

    /// <summary>Renews a lease that belongs to no session.</summary>
    [Alias("RenewLease")]
    ValueTask<LeaseAnswer> RenewLeaseAsync(LeaseClaim claim, CancellationToken cancellationToken);

    /// <summary>Gives a lease back. Idempotent: a lease that is gone is no error.</summary>
    [Alias("ReleaseLease")]
    ValueTask ReleaseLeaseAsync(LeaseClaim claim, CancellationToken cancellationToken);

    /// <summary>
    /// Gives up a request: leaves the queue, and gives back what it may have been granted. Idempotent.
    /// </summary>
    [Alias("Cancel")]
    ValueTask CancelAsync(Guid requestId, CancellationToken cancellationToken);

    /// <summary>A new order from the host: changed allotment or terms.</summary>
    [Alias("Order")]
    ValueTask OrderAsync(AllotAnswer order, CancellationToken cancellationToken);

    /// <summary>
    /// Tells the container what it really uses, and which of its clients' processes live. Answers with what to watch.
    /// </summary>
    [Alias("Observe")]
    ValueTask<WatchList> ObserveAsync(ContainerObservation observation, CancellationToken cancellationToken);

    /// <summary>The container as it stands now.</summary>
    [Alias("Get")]
    ValueTask<ContainerView> GetAsync(CancellationToken cancellationToken);

    /// <summary>The policy in force for a subsystem, defaults filled in.</summary>
    [Alias("GetPolicy")]
    ValueTask<SubsystemPolicy> GetPolicyAsync(string subsystem, CancellationToken cancellationToken);

    /// <summary>Checks the container's invariants.</summary>
    [Alias("Audit")]
    ValueTask<AuditReport> AuditAsync(CancellationToken cancellationToken);

    /// <summary>Stops new grants. Called when the silo drains.</summary>
    [Alias("Drain")]
    ValueTask DrainAsync(CancellationToken cancellationToken);

    /// <summary>
    /// A lender was found for a request that waits: books the lease and answers it. When the request was granted at
    /// home meanwhile, or given up, the answer says so, and the loan is to be given back.
    /// </summary>
    [Alias("Borrowed")]
    ValueTask<LeaseAnswer> BorrowedAsync(LeaseAttempt attempt, Loan loan, CancellationToken cancellationToken);

    /// <summary>What would happen to a request now, without doing it.</summary>
    [Alias("Explain")]
    ValueTask<LeaseAnswer> ExplainAsync(LeaseAttempt attempt, CancellationToken cancellationToken);

    /// <summary>What must-succeed was used for.</summary>
    [Alias("GetMustSucceed")]
    ValueTask<MustSucceedView> GetMustSucceedAsync(CancellationToken cancellationToken);

    /// <summary>
    /// The state of a subsystem, with its policy and what it holds; null when nobody declared or used it.
    /// </summary>
    [Alias("GetSubsystem")]
    ValueTask<SubsystemView?> GetSubsystemAsync(string subsystem, CancellationToken cancellationToken);

    /// <summary>
    /// What became of a hard limit that the container wanted: in effect, or why not. Of another one than it wants now
    /// this says nothing.
    /// </summary>
    [Alias("Resized")]
    ValueTask ResizedAsync(ResizeResult result, CancellationToken cancellationToken);

    /// <summary>Lifts a subsystem's last resort by hand. Idempotent.</summary>
    [Alias("Lift")]
    ValueTask LiftAsync(string subsystem, CancellationToken cancellationToken);
}
