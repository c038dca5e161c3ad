using Headroom.Contracts;
using Headroom.Grains.Events;
using Headroom.Grains.Placement;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace Headroom.Grains.Budgets;

/// <summary>
/// The shell around <see cref="ContainerLedger"/>: translates, applies, replies; asks its host when the ledger says so.
/// </summary>
/// <remarks>
/// Reentrant, because orders come down from the host while requests wait here; safe, because each ledger call is
/// synchronous and complete. It writes nothing: what it may grant is durable at its host before it hears of it.
/// </remarks>
[Reentrant, KeepAlive, HostAffinity]
internal sealed partial class ContainerBudgetGrain(
    BudgetOptions options,
    IHostDirectory hosts,
    MonotonicClock clock,
    BudgetMetrics metrics,
    EventHub events,
    IHardLimits limits,
    ILogger<ContainerBudgetGrain> logger)
    : Grain, IContainerBudgetGrain
{
    // Expiry is computed on each command; the tick is for budgets that nobody asks, and to repeat wants to the host.
    private static readonly TimeSpan TickPeriod = TimeSpan.FromSeconds(1);

    // A request that only waits for the host's answer has it within this, or the host is not there.
    private static readonly TimeSpan HostPatience = TimeSpan.FromSeconds(5);

    // A host answers within milliseconds unless it waits for its store. Well below a second, which is what a session
    // gives the call that renews it.
    private static readonly TimeSpan RoundPatience = TimeSpan.FromMilliseconds(300);

    private readonly Dictionary<Guid, RequestWait> _waits = [];
    private string _host = "";
    private string _container = "";
    private string _key = "";
    private ContainerLedger _ledger = null!;
    private ContainerTerms _terms = null!;
    private IHostBudgetGrain _hostGrain = null!;
    private long _ghosts;
    private bool _calling;
    private Task? _round;
    private bool _learning;

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _key = this.GetPrimaryKeyString();
        string[] names = BudgetKey.Split(_key, 2);
        (_host, _container) = (names[0], names[1]);
        _hostGrain = GrainFactory.GetGrain<IHostBudgetGrain>(_host);
        TimeSpan asked = clock.Now;
        _terms = await _hostGrain.JoinAsync(_container, cancellationToken);
        _ledger = new ContainerLedger(
            Wire.Row(_terms, _container), Wire.Rules(_terms, options), _terms.AuthorityLease, asked, clock.Now);
        _learning = _ledger.Learning;
        _due = this.RegisterGrainTimer(
            ClimbAsync,
            new GrainTimerCreationOptions(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan) { Interleave = true });
        this.RegisterGrainTimer(
            TickAsync, new GrainTimerCreationOptions(TickPeriod, TickPeriod) { Interleave = true, KeepAlive = true });
    }

    /// <inheritdoc/>
    public async ValueTask<SessionTerms> OpenAsync(OpenSession request, CancellationToken cancellationToken)
    {
        await ConfirmAsync();
        Outcome outcome = Apply(() => _ledger.Open(Wire.Command(request), clock.Now));
        if (outcome == Outcome.Granted)
        {
            Observe(request);
            Tell(EventType.SessionOpened, detail: $"session {request.Session}");
        }

        return new SessionTerms
        {
            Outcome = (byte)outcome,
            Session = request.Session,
            Epoch = _ledger.Epoch,
            Ttl = options.SessionTtl,
            Gate = (byte)_ledger.Gate,
        };
    }

    /// <inheritdoc/>
    public async ValueTask<ExchangeAnswer> ExchangeAsync(Exchange request, CancellationToken cancellationToken)
    {
        ExchangeCommand command = Wire.Command(request);
        await ConfirmAsync();
        ExchangeDecision decision =
            Apply(static (ledger, command, now) => ledger.Exchange(command, now), command);

        // One answer of the host at most: what it cannot give now comes with a later exchange, not by waiting in this
        // one.
        if (decision.Unmet && _round is { } round)
        {
            await BrieflyAsync(round);
            decision = Apply(static (ledger, command, now) => ledger.Exchange(command, now), command);
        }

        return Wire.Answer(decision, request.Session, _ledger.Epoch);
    }

    /// <inheritdoc/>
    public ValueTask CloseAsync(Guid session, CancellationToken cancellationToken)
    {
        Apply(() => _ledger.Close(session, clock.Now));
        _observers.Remove(session);
        Tell(EventType.SessionClosed, detail: $"session {session}");
        return default;
    }

    /// <inheritdoc/>
    public async ValueTask<LeaseAnswer> AttemptAsync(LeaseAttempt attempt, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        LeaseCommand command = Wire.Command(attempt);
        await ConfirmAsync();

        (LeaseDecision decision, RequestWait? wait) = Apply(
            static (ledger, attempt, now) => attempt.Grain.Request(ledger, attempt.Command, now),
            (Grain: this, Command: command));
        if (wait is not null && (command.LoanTried || !decision.Exhausted))
        {
            return await WaitAsync(wait, command, attempt.Last, cancellationToken);
        }

        return Answer(decision, command.RequestId);
    }

    /// <inheritdoc/>
    public async ValueTask<LeaseAnswer> RenewLeaseAsync(LeaseClaim claim, CancellationToken cancellationToken)
    {
        await ConfirmAsync();
        return Wire.Answer(Apply(() => _ledger.Renew(Wire.Report(claim), clock.Now)), _ledger.Epoch);
    }

    /// <inheritdoc/>
    public ValueTask ReleaseLeaseAsync(LeaseClaim claim, CancellationToken cancellationToken)
    {
        Apply(
            static (ledger, report, now) =>
            {
                ledger.Release(report, now);
                return true;
            },
            Wire.Report(claim));
        Tell(EventType.Released, claim.Bytes, claim.Subsystem);
        return default;
    }

    /// <inheritdoc/>
    public ValueTask CancelAsync(Guid requestId, CancellationToken cancellationToken)
    {
        Apply(() => _ledger.Cancel(requestId, clock.Now));
        return default;
    }

    /// <inheritdoc/>
    public ValueTask OrderAsync(AllotAnswer order, CancellationToken cancellationToken)
    {
        // An order for an earlier activation says nothing to this one.
        if (order.Epoch == _ledger.Epoch)
        {
            Take(order, call: 0, sent: clock.Now - order.AuthorityLease);
        }

        return default;
    }

    /// <inheritdoc/>
    public ValueTask<WatchList> ObserveAsync(ContainerObservation observation, CancellationToken cancellationToken)
    {
        Apply(() => _ledger.Observe(Wire.Reading(observation), clock.Now));
        (long number, IReadOnlyList<(Guid Session, ProcessIdentity Process)> processes) = _ledger.Watch();
        return new(new WatchList
        {
            Number = number,
            Near = _ledger.IsNearHardLimit,
            Cgroup = _terms.Settings.Cgroup ?? string.Empty,
            Processes = [.. processes.Select(watched => new WatchedProcess
            {
                Session = watched.Session,
                ProcessId = watched.Process.Id,
                ProcessStart = watched.Process.Start,
                PidNamespace = watched.Process.PidNamespace,
                BootId = watched.Process.BootId,
            })],
        });
    }

    /// <inheritdoc/>
    public ValueTask<ContainerView> GetAsync(CancellationToken cancellationToken) => new(View());

    /// <inheritdoc/>
    public ValueTask<SubsystemPolicy> GetPolicyAsync(string subsystem, CancellationToken cancellationToken) =>
        new(Wire.Policy(_ledger.Policy(subsystem)));

    /// <inheritdoc/>
    public ValueTask DrainAsync(CancellationToken cancellationToken)
    {
        Apply(() => _ledger.Drain(clock.Now));
        return default;
    }

    // Whoever has to wait is known before the others are told: its answer may come with the very transition that makes
    // it wait.
    private (LeaseDecision Decision, RequestWait? Wait) Request(
        ContainerLedger ledger, LeaseCommand command, TimeSpan now)
    {
        LeaseDecision decision = ledger.Request(command, now);
        return (decision, decision.Outcome == Outcome.Waiting ? WaitFor(command.RequestId) : null);
    }

    private RequestWait WaitFor(Guid requestId)
    {
        if (!_waits.TryGetValue(requestId, out RequestWait? wait))
        {
            wait = new RequestWait();
            _waits.Add(requestId, wait);
        }

        return wait;
    }

    private async ValueTask<LeaseAnswer> WaitAsync(
        RequestWait wait, LeaseCommand command, bool last, CancellationToken cancellationToken)
    {
        Guid id = command.RequestId;
        bool passing = !command.MayWait || command.Urgency == Urgency.Optional;
        TimeSpan until = clock.Now + (passing ? HostPatience : command.Patience);
        while (wait.Answer is null && until - clock.Now is var left && left > TimeSpan.Zero)
        {
            await wait.WaitAsync(left, clock.Provider, cancellationToken);
            if (wait.Answer is null)
            {
                if (_waits.GetValueOrDefault(id) == wait)
                {
                    _waits.Remove(id);
                }

                if (_ledger.Stand(id) is null)
                {
                    break;
                }

                wait = WaitFor(id);
            }
        }

        if (wait.Answer is { } answer)
        {
            return answer;
        }

        if (!last && !passing)
        {
            return Answer(_ledger.Stand(id) ?? Apply(() => _ledger.Request(command, clock.Now)), id);
        }

        LeaseDecision? refusal = Apply(() => _ledger.GiveUp(id, clock.Now));
        _waits.Remove(id);

        // Settled in this very moment: the repeated request has the answer.
        refusal ??= Apply(() => _ledger.Request(command, clock.Now));
        return Answer(refusal, id);
    }

    private void Apply(Action transition) => Apply(() =>
    {
        transition();
        return true;
    });

    private T Apply<T>(Func<T> transition) =>
        Apply(static (_, transition, _) => transition(), transition);

    // For those that come often: makes no closure.
    private T Apply<TCommand, T>(Func<ContainerLedger, TCommand, TimeSpan, T> transition, TCommand command)
    {
        try
        {
            T result = transition(_ledger, command, clock.Now);
            Settle();
            TellLadder();
            KickHost();
            return result;
        }
        catch (Exception error) when (error is LedgerException or OverflowException)
        {
            LogBroken(logger, _key, error);
            DeactivateOnIdle();
            throw;
        }
    }

    private void Tell(EventType type, long? bytes = null, string? subsystem = null, string? detail = null) =>
        events.Publish(new HeadroomEvent
        {
            Type = type,
            Host = _host,
            Container = _container,
            Subsystem = subsystem,
            Bytes = bytes,
            Detail = detail,
        });

    private void Settle()
    {
        if (_ledger.GhostBytes > _ghosts)
        {
            Tell(EventType.Lapsed, _ledger.GhostBytes - _ghosts, detail: "not yet seen gone");
        }

        _ghosts = _ledger.GhostBytes;
        foreach (Settled settled in _ledger.TakeSettled())
        {
            if (_waits.Remove(settled.RequestId, out RequestWait? wait))
            {
                wait.Settle(Answer(settled.Decision, settled.RequestId));
            }
        }

        if (_learning && !_ledger.Learning)
        {
            _learning = false;
            Tell(EventType.Learning, _ledger.CreditBytes + _ledger.LeasedBytes.Total, detail: "learning ended");
            LogLearned(
                logger, _key, _ledger.CreditBytes + _ledger.LeasedBytes.Total, _ledger.AllottedBytes,
                    _ledger.GhostBytes);
        }
    }

    private ContainerView View() => new()
    {
        Container = _container,
        Settings = _terms.Settings with { LimitBytes = _ledger.LimitBytes },
        AllottedBytes = _ledger.AllottedBytes,
        CreditBytes = _ledger.CreditBytes,
        LeasedBytes = _ledger.LeasedBytes.ToArray(),
        GhostBytes = _ledger.GhostBytes,
        UntrackedBytes = _ledger.UntrackedBytes,
        UnreportedBytes = _ledger.UnreportedBytes,
        UsageBytes = _ledger.UsageBytes,
        HardLimitBytes = _ledger.HardLimitBytes,
        Sessions = _ledger.Sessions,
        Leases = _ledger.Leases,
        Waiting =
        [
            _ledger.WaitingAt(Urgency.Optional),
            _ledger.WaitingAt(Urgency.SafeToFail),
            _ledger.WaitingAt(Urgency.RiskyToFail),
            _ledger.WaitingAt(Urgency.MustSucceed),
        ],
        Epoch = _ledger.Epoch,
        Learning = _ledger.Learning,
        MustSucceedBytes = _ledger.MustSucceedOutstandingBytes,
        Subsystems = [.. _ledger.Subsystems.Select(book => book.Name)],
        Holdings = [.. _ledger.Subsystems.Select(Wire.Holding)],
        OverdraftBytes = _ledger.OverdraftBytes,
        EmergencyBytes = _ledger.EmergencyBytes,
        LoanBytes = _ledger.LoanBytes,
        ReclaimingBytes = _ledger.ReclaimingBytes,
        OverdueSessions = _ledger.OverdueSessions,
        Heap = Wire.Heap(_ledger.Heaps),
        Order = _ledger.Order,
        CommittedBytes = _ledger.CommittedBytes,
        WantedHardLimitBytes = _ledger.WantedHardLimitBytes,
    };
}
