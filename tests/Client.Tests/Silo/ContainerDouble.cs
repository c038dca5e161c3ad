using Headroom.Contracts;

namespace Headroom.Client.Tests.Silo;

/// <summary>Stands for the container grain: what the SDK calls is answered from the reference's books.</summary>
internal sealed class ContainerDouble(BudgetBooks books) : Grain, IContainerBudgetGrain
{
    public ValueTask<SessionTerms> OpenAsync(OpenSession request, CancellationToken cancellationToken)
    {
        books.LastOpened = request;
        var command = new OpenCommand(
            request.Session, request.Replaces, FromWire(request.Holdings), ProcessIdentity.None);
        OpenAnswer answer = books.With((authority, now) => authority.Open(command, now));
        return ValueTask.FromResult(new SessionTerms
        {
            Outcome = (byte)answer.Outcome,
            Session = answer.Session,
            Epoch = answer.Epoch,
            Ttl = answer.Ttl,
            Gate = (byte)answer.Gate,
        });
    }

    public ValueTask<ExchangeAnswer> ExchangeAsync(Exchange request, CancellationToken cancellationToken)
    {
        var command = new ExchangeCommand
        {
            Session = request.Session,
            Epoch = request.Epoch,
            Seen = request.Seen,
            Holdings = FromWire(request.Holdings),
            Wants =
            [
                .. request.Wants.Select(want =>
                    new SubsystemWant(want.Subsystem, want.TotalBytes, (Urgency)want.Urgency)),
            ],
            Released = request.Released,
            Cancelled = request.Cancelled,
        };
        OrderAnswer answer = books.With((authority, now) => authority.Exchange(command, now));
        return ValueTask.FromResult(new ExchangeAnswer
        {
            Outcome = (byte)answer.Outcome,
            Session = answer.Session,
            Epoch = answer.Epoch,
            Order = answer.Order,
            Entitlements =
            [
                .. answer.Shares.Select(share => new Entitlement
                {
                    Subsystem = share.Subsystem,
                    TotalBytes = share.TotalBytes,
                    MaxUrgency = (byte)share.MaxUrgency,
                    EmergencyBytes = share.EmergencyBytes,
                    ReclaimBelow = (byte)share.ReclaimBelow,
                    KeepBytes = share.KeepBytes,
                    State = (byte)share.State,
                }),
            ],
            Gate = (byte)answer.Gate,
            ReclaimWithin = TimeSpan.FromSeconds(2),
        });
    }

    public ValueTask CloseAsync(Guid session, CancellationToken cancellationToken)
    {
        books.With((authority, now) =>
        {
            authority.Close(session);
            return true;
        });
        return ValueTask.CompletedTask;
    }

    public ValueTask<TryAcquireAnswer> TryAcquireAsync(TryAcquire request, CancellationToken cancellationToken)
    {
        books.RequestContextKeys = [.. RequestContext.Keys];
        books.FirstAttempts++;
        var leases = new long[request.Requests.Length];
        var others = new List<LeaseAnswer>();
        for (int row = 0; row < leases.Length; row++)
        {
            AttemptRow ask = request.Requests[row];
            LeaseAnswer? next = books.TakeNextAtOnce();
            leases[row] = next is not null ? 0 : books.With((authority, now) => authority.Request(
                request.Session, request.Epoch, ask.RequestId, ask.Bytes, now)).LeaseId;
            if (leases[row] == 0)
            {
                others.Add(next ?? new LeaseAnswer { Outcome = (byte)Outcome.Waiting });
            }
        }

        return ValueTask.FromResult(new TryAcquireAnswer
        {
            Epoch = books.With((authority, _) => authority.Epoch),
            Leases = leases,
            Others = others.Count == 0 ? null : [.. others],
        });
    }

    public ValueTask<LeaseAnswer> AttemptAsync(LeaseAttempt attempt, CancellationToken cancellationToken)
        => throw new NotSupportedException("The SDK does not call this.");

    public ValueTask<LeaseAnswer> RenewLeaseAsync(LeaseClaim claim, CancellationToken cancellationToken)
        => throw new NotSupportedException("The SDK does not call this.");

    public ValueTask ReleaseLeaseAsync(LeaseClaim claim, CancellationToken cancellationToken)
        => throw new NotSupportedException("The SDK does not call this.");

    public ValueTask CancelAsync(Guid requestId, CancellationToken cancellationToken)
        => throw new NotSupportedException("The SDK does not call this.");

    public ValueTask OrderAsync(AllotAnswer order, CancellationToken cancellationToken)
        => throw new NotSupportedException("The SDK does not call this.");

    public ValueTask<WatchList> ObserveAsync(ContainerObservation observation, CancellationToken cancellationToken)
        => throw new NotSupportedException("The SDK does not call this.");

    public ValueTask<ContainerView> GetAsync(CancellationToken cancellationToken)
        => throw new NotSupportedException("The SDK does not call this.");

    public ValueTask<SubsystemPolicy> GetPolicyAsync(string subsystem, CancellationToken cancellationToken)
        => throw new NotSupportedException("The SDK does not call this.");

    public ValueTask<AuditReport> AuditAsync(CancellationToken cancellationToken)
        => throw new NotSupportedException("The SDK does not call this.");

    public ValueTask DrainAsync(CancellationToken cancellationToken)
        => throw new NotSupportedException("The SDK does not call this.");

    private static SubsystemHolding[] FromWire(Holding[] rows) =>
    [
        .. rows.Select(row => new SubsystemHolding(
            row.Subsystem,
            row.CreditBytes,
            new ByUrgency(row.OptionalBytes, row.SafeToFailBytes, row.RiskyToFailBytes, row.MustSucceedBytes))
        {
            EmergencyBytes = row.EmergencyBytes,
        }),
    ];

    public ValueTask<LeaseAnswer> BorrowedAsync(
        LeaseAttempt attempt, Loan loan, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<LeaseAnswer> ExplainAsync(LeaseAttempt attempt, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask<MustSucceedView> GetMustSucceedAsync(CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask<SubsystemView?> GetSubsystemAsync(string subsystem, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask ResizedAsync(ResizeResult result, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask LiftAsync(string subsystem, CancellationToken cancellationToken) =>
        throw new NotSupportedException();
}
