using Headroom.Contracts;
using Headroom.Grains.Events;

namespace Headroom.Grains.Budgets;

/// <content>What goes on beyond the queue: reclaim, loans, last resorts, and who is told.</content>
internal sealed partial class ContainerBudgetGrain
{
    // A repeated request comes within seconds; the ledger remembers its lease for longer, but not where its bytes are.
    private static readonly TimeSpan LoanMemory = TimeSpan.FromMinutes(1);

    private readonly Dictionary<Guid, ISessionObserver> _observers = [];
    private readonly Dictionary<Guid, (Loan Loan, TimeSpan Until)> _loans = [];
    private IGrainTimer _due = null!;
    private long? _wantedLimit;
    private TimeSpan? _dueAt;

    /// <inheritdoc/>
    public ValueTask<LeaseAnswer> BorrowedAsync(LeaseAttempt attempt, Loan loan, CancellationToken cancellationToken)
    {
        LeaseCommand command = Wire.Command(attempt);
        return new(Answer(Apply(() => Borrow(command, loan)), command.RequestId));
    }

    /// <inheritdoc/>
    public async ValueTask<LeaseAnswer> ExplainAsync(LeaseAttempt attempt, CancellationToken cancellationToken)
    {
        LeaseCommand command = Wire.Command(attempt);

        // A budget that nobody asked yet has not heard what its host has.
        if (!_calling)
        {
            CallHostAsync(tidy: false).Ignore();
        }

        await (_round ?? Task.CompletedTask);
        return Wire.Answer(_ledger.Explain(command, clock.Now), _ledger.Epoch);
    }

    /// <inheritdoc/>
    public ValueTask<MustSucceedView> GetMustSucceedAsync(CancellationToken cancellationToken) =>
        new(new MustSucceedView
        {
            QuotaBytes = _ledger.MustSucceedQuotaBytes,
            OutstandingBytes = _ledger.MustSucceedOutstandingBytes,
            Reasons = [.. _ledger.MustSucceedUses.Select(use => new MustSucceedReason
            {
                Subsystem = use.Subsystem,
                Reason = use.Reason,
                Granted = use.Granted,
                Waiting = use.Waiting,
                OutstandingBytes = use.OutstandingBytes,
            })],
        });

    /// <inheritdoc/>
    public ValueTask<SubsystemView?> GetSubsystemAsync(string subsystem, CancellationToken cancellationToken)
    {
        SubsystemBook? book = _ledger.Find(subsystem);
        if (book is null && !_terms.Policies.ContainsKey(subsystem))
        {
            return new((SubsystemView?)null);
        }

        bool normal = book is null or { State: SubsystemState.Normal };
        return new(new SubsystemView
        {
            Policy = Wire.Policy(_ledger.Policy(subsystem)),
            Holding = book is null ? new Holding { Subsystem = subsystem } : Wire.Holding(book),
            State = (byte)(book?.State ?? SubsystemState.Normal),
            StateFor = normal ? TimeSpan.Zero : clock.Now - book!.StateSince,
            StateBytes = normal ? 0 : book!.StateBytes,
        });
    }

    /// <inheritdoc/>
    public ValueTask ResizedAsync(ResizeResult result, CancellationToken cancellationToken)
    {
        Apply(() => _ledger.Resized(new ResizeReport(result.LimitBytes, result.Refused), clock.Now));
        Tell(
            EventType.Resized,
            result.LimitBytes,
            detail: result.Refused is null ? "in effect" : $"not in effect: {result.Refused}");
        return default;
    }

    /// <inheritdoc/>
    public ValueTask LiftAsync(string subsystem, CancellationToken cancellationToken)
    {
        Apply(() => _ledger.Lift(subsystem, clock.Now));
        return default;
    }

    // The loan is noted within the transition: at its end the other calls of the request are answered, and one that did
    // not hear where the memory is would take it for memory at home.
    private LeaseDecision Borrow(LeaseCommand command, Loan loan)
    {
        LeaseDecision decision = _ledger.Borrow(command, clock.Now);
        if (decision is { Outcome: Outcome.Granted, Rung: Rung.Loan })
        {
            _loans.TryAdd(command.RequestId, (loan, clock.Now + LoanMemory));
        }

        return decision;
    }

    private LeaseAnswer Answer(LeaseDecision decision, Guid requestId)
    {
        LeaseAnswer answer = Wire.Answer(decision, _ledger.Epoch);
        return decision.Rung == Rung.Loan && _loans.TryGetValue(requestId, out (Loan Loan, TimeSpan) loan)
            ? answer with { Loan = loan.Loan }
            : answer;
    }

    private void Observe(OpenSession request)
    {
        _observers.Remove(request.Replaces);
        if (request.Observer is { } observer)
        {
            _observers[request.Session] = observer;
        }
    }

    private Task ClimbAsync(CancellationToken cancellationToken)
    {
        _dueAt = null;
        Apply(() => _ledger.Tick(clock.Now));
        return Task.CompletedTask;
    }

    // The end of each transition: whoever can do something about it hears of it.
    private void TellLadder()
    {
        foreach (Guid request in _ledger.TakeExhausted())
        {
            if (_ledger.Stand(request) is { } stand
                && _waits.Remove(request, out RequestWait? wait))
            {
                wait.Settle(Wire.Answer(stand, _ledger.Epoch));
            }
        }

        foreach (Guid session in _ledger.TakeNudges())
        {
            if (_observers.TryGetValue(session, out ISessionObserver? observer))
            {
                observer.NudgeAsync(session).Ignore();
            }
        }

        metrics.CollectionsAsked(_host, _ledger.TakeCollectionsAsked());
        foreach (Reclaimed reclaimed in _ledger.TakeReclaims())
        {
            TellReclaimed(reclaimed);
        }

        foreach (StateChange change in _ledger.TakeStateChanges())
        {
            TellState(change);
        }

        if (_ledger.WantedHardLimitBytes != _wantedLimit)
        {
            // Where none is wanted any more, the next one is new, whatever it was before.
            _wantedLimit = _ledger.WantedHardLimitBytes;
            if (_wantedLimit is { } wanted)
            {
                limits.Want(_host, _container, wanted);
            }
        }

        TimeSpan? due = _ledger.DueAt(clock.Now);
        if (due != _dueAt)
        {
            _dueAt = due;
            TimeSpan left = due is { } at && at > clock.Now ? at - clock.Now : TimeSpan.Zero;
            _due.Change(due is null ? Timeout.InfiniteTimeSpan : left, Timeout.InfiniteTimeSpan);
        }
    }

    private void TellReclaimed(Reclaimed reclaimed)
    {
        string holder = reclaimed.LeaseId != 0 ? $"lease {reclaimed.LeaseId}" : $"session {reclaimed.Session}";
        metrics.Reclaimed(_host, reclaimed);
        Tell(
            reclaimed.Step switch
            {
                ReclaimStep.Asked => EventType.Reclaiming,
                ReclaimStep.Returned => EventType.Reclaimed,
                _ => EventType.Overdue,
            },
            reclaimed.Bytes,
            reclaimed.Subsystem,
            reclaimed.LeaseId != 0
                ? $"{holder}, {reclaimed.Below}, within {options.ReclaimWithin.TotalSeconds} s"
                : $"{holder}, below {reclaimed.Below}, within {options.ReclaimWithin.TotalSeconds} s");
        if (reclaimed.Step == ReclaimStep.Overdue)
        {
            LogOverdue(logger, _key, reclaimed.Subsystem, holder, reclaimed.Bytes);
        }
    }

    private void TellState(StateChange change)
    {
        metrics.LastResort(_host, change.State);
        Tell(
            change.State == SubsystemState.Normal ? EventType.Lifted : EventType.LastResort,
            change.Bytes,
            change.Subsystem,
            $"{change.State} after {change.Lasted.TotalSeconds:0.0} s, {change.Reason}");
        switch (change.State)
        {
            case SubsystemState.Normal:
                LogLifted(logger, _key, change.Subsystem, change.Lasted);
                break;
            case SubsystemState.Waiting:
                LogStillWaiting(logger, _key, change.Subsystem, change.Bytes, change.Reason, change.Lasted);
                break;
            default:
                LogLastResort(
                    logger, _key, change.Subsystem, change.State, change.Bytes, change.Reason, change.Lasted);
                break;
        }
    }

    private void Forget()
    {
        foreach (Guid session in _observers.Keys.Where(session => !_ledger.IsOpen(session)).ToArray())
        {
            _observers.Remove(session);
        }

        foreach ((Guid request, (_, TimeSpan until)) in _loans.Where(pair => pair.Value.Until < clock.Now).ToArray())
        {
            _loans.Remove(request);
        }
    }
}
