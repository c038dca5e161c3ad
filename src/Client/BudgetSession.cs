using System.Threading.Channels;
using Headroom.Remote;
using Microsoft.Extensions.Logging;

namespace Headroom;

/// <summary>
/// Runs a <see cref="SessionCore"/>: one loop sends its messages with a deadline and passes on what came back. Nothing
/// is decided here.
/// </summary>
internal sealed partial class BudgetSession : IAsyncDisposable
{
    // A timer's longest wait; the core is asked again then.
    private static readonly TimeSpan LongestSleep = TimeSpan.FromHours(1);

    private readonly IAuthority _authority;
    private readonly HeadroomOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly long _startedAt;
    private readonly CancellationTokenSource _stop = new();
    private readonly ITimer _timer;
    private readonly Lock _lock = new();

    // For jitter: only the loop uses it.
    private readonly Random _chance = new();

    // One place is enough: a wake says only that there is something to look at.
    private readonly Channel<bool> _wakes = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    private TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _loop = Task.CompletedTask;
    private LoanKeeper? _loans;
    private Task? _closed;
    private bool _started;

    internal BudgetSession(HeadroomOptions options, IAuthority authority, ILogger logger)
    {
        _options = options;
        _authority = authority;
        _time = options.TimeProvider;
        _logger = logger;
        _startedAt = _time.GetTimestamp();
        _timer = _time.CreateTimer(
            static state => ((BudgetSession)state!).Wake(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        var limits = new SessionLimits { MaxIdleCreditBytes = options.MaxIdleCreditBytes };
        Core = new SessionCore(limits, ProcessWitness.Find(), Wake);
        Requests = new LeaseRequests(this, authority, options, logger);
        authority.Nudged = Core.Nudge;
    }

    internal SessionCore Core { get; }

    internal LeaseRequests Requests { get; }

    /// <summary>Monotonic time since the budget was made.</summary>
    internal TimeSpan Now => _time.GetElapsedTime(_startedAt);

    /// <summary>Cancelled when closing begins.</summary>
    internal CancellationToken Stopping => _stop.Token;

    internal bool IsClosed => _stop.IsCancellationRequested;

    /// <summary>Starts connecting. Idempotent; does nothing once closed.</summary>
    internal void Start()
    {
        lock (_lock)
        {
            if (!_started && !IsClosed)
            {
                _started = true;
                _loop = Task.Run(RunAsync);
            }
        }
    }

    /// <summary>
    /// Told after each answer to an exchange: what is asked back and how subsystems stand may be new.
    /// </summary>
    internal Action? Heard { get; set; }

    /// <summary>Keeps loans alive; made when the first one is.</summary>
    internal LoanKeeper Loans
    {
        get
        {
            lock (_lock)
            {
                ObjectDisposedException.ThrowIf(IsClosed, typeof(HeadroomClient));
                return _loans ??= new LoanKeeper(_authority.Lenders, _time, _logger);
            }
        }
    }

    /// <summary>Serves a lease from credit.</summary>
    internal bool TryLease(
        SubsystemCredit credit, long bytes, Urgency urgency, string? reason, out MemoryLease lease)
    {
        if (reason is null
            && credit.TryRefill(bytes, urgency, StackPage.Current, out long token, out bool look) is { } slot)
        {
            lease = new MemoryLease(slot, token, bytes);
            return !look || !EndIfOver(ref lease);
        }

        return TryLeaseShared(credit, bytes, urgency, reason, out lease);
    }

    /// <summary>Takes bytes out of credit as one urgency may, to be held as another.</summary>
    internal bool TryTake(SubsystemCredit credit, long bytes, Urgency urgency, Urgency held, out CreditAccount account)
    {
        if (!credit.TryTake(bytes, urgency, held, out account))
        {
            return false;
        }

        // Asked after taking: if this process stood still in between, and the session's time ran out, the bytes are not
        // ours. A look at the clock is most of what this call costs.
        if (account.IsAdrift || !Core.IsOver(Now))
        {
            return true;
        }

        account.GiveBack(bytes, held);
        Wake();
        return urgency == Urgency.MustSucceed && Core.TryTakeEmergency(credit, bytes, Now, out account);
    }

    private bool TryLeaseShared(
        SubsystemCredit credit, long bytes, Urgency urgency, string? reason, out MemoryLease lease)
    {
        if (!TryTake(credit, bytes, urgency, urgency, out CreditAccount account))
        {
            lease = default;
            return false;
        }

        // What is adrift is on nobody's books.
        ReasonTally.Row? row = reason is null || account.IsAdrift ? null : credit.Reasons.Of(reason);
        row?.Took(bytes);
        LeaseSlot slot = Core.Lease(new LeaseTerms(account, bytes) { Reason = row }, urgency, out long token);
        lease = new MemoryLease(slot, token, bytes);
        return true;
    }

    private bool EndIfOver(ref MemoryLease lease)
    {
        if (!Core.IsOver(Now))
        {
            return false;
        }

        lease.Dispose();
        lease = default;
        Wake();
        return true;
    }

    /// <summary>Completes when a session is open.</summary>
    internal Task WaitUntilOpenAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(IsClosed, typeof(HeadroomClient));
        lock (_lock)
        {
            return _opened.Task.WaitAsync(cancellationToken);
        }
    }

    internal void Wake() => _wakes.Writer.TryWrite(true);

    public ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            return new ValueTask(_closed ??= CloseAsync());
        }
    }

    private async Task RunAsync()
    {
        try
        {
            await _authority.ConnectAsync(_stop.Token);
            while (!IsClosed)
            {
                TimeSpan now = Now;
                SessionTurn? turn = Core.Step(Guid.NewGuid(), now);
                if (turn is not null)
                {
                    await SendAsync(turn, _stop.Token);
                    PublishOpen();
                    continue;
                }

                PublishOpen();
                Sleep(Core.WakeAt(), now);
                await _wakes.Reader.ReadAsync(_stop.Token);
            }
        }
        catch (OperationCanceledException) when (IsClosed)
        {
            // Closing: the rest is CloseAsync's.
            LogStopped(_logger, _authority.Name);
        }
        catch (Exception e)
        {
            // Books that do not add up must not be used: everything is refused from here on.
            LogBroken(_logger, _authority.Name, e);
            Core.BeginClosing();
            await _stop.CancelAsync();
            Fail(e);
        }
    }

    private void Sleep(TimeSpan until, TimeSpan now)
    {
        TimeSpan sleep = until == TimeSpan.MaxValue || until - now > LongestSleep ? LongestSleep : until - now;
        _timer.Change(sleep > TimeSpan.Zero ? sleep : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    private async Task SendAsync(SessionTurn turn, CancellationToken cancellationToken)
    {
        OpenAnswer? terms = null;
        OrderAnswer? order = null;
        using var timeout = new CancellationTokenSource(_options.CallTimeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            if (turn.Open is { } open)
            {
                terms = await _authority.OpenAsync(open, both.Token);
            }
            else
            {
                order = await _authority.ExchangeAsync(turn.Exchange!, both.Token);
            }
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogUnanswered(_logger, _authority.Name, turn.Open is null ? "exchange" : "opening", e);
            Core.Failed(turn, Now, _chance.NextDouble());
            return;
        }

        if (terms is not null)
        {
            Core.Opened(turn, terms, Now, _chance.NextDouble());
            LogOpening(_logger, terms.Session, _authority.Name, terms.Outcome, terms.Epoch, terms.Ttl);
        }
        else if (order is not null)
        {
            Core.Exchanged(turn, order, Now, _chance.NextDouble());
            Heard?.Invoke();
            if (order.Outcome != Outcome.Granted)
            {
                LogExchangeRefused(_logger, turn.Exchange!.Session, _authority.Name, order.Outcome);
            }
        }
    }

    private void PublishOpen()
    {
        bool open = Core.IsOpen(Now);
        lock (_lock)
        {
            if (open)
            {
                _opened.TrySetResult();
            }
            else if (_opened.Task.IsCompletedSuccessfully)
            {
                _opened = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }

    private void Fail(Exception cause)
    {
        lock (_lock)
        {
            if (_opened.Task.IsCompleted)
            {
                return;
            }

            _opened.SetException(cause);

            // Nobody may be waiting for it: the cause was logged, or is the caller's own doing.
            _ = _opened.Task.Exception;
        }
    }

    private async Task CloseAsync()
    {
        // Not under the lock of whoever disposes: what follows waits for others.
        await Task.Yield();
        Core.BeginClosing();
        await _stop.CancelAsync();
        Fail(new ObjectDisposedException(nameof(HeadroomClient)));
        await _loop;
        await _timer.DisposeAsync();
        if (_started)
        {
            await GiveUpSessionAsync();
        }

        if (_loans is { } loans)
        {
            await loans.DisposeAsync();
        }

        await _authority.DisposeAsync();
        _stop.Dispose();
    }

    // One try each: what is not heard lapses by itself.
    private async Task GiveUpSessionAsync()
    {
        IReadOnlyList<Guid> sessions = Core.SessionsToClose();
        if (sessions.Count == 0 && Core.FinalExchange(Now) is { } last)
        {
            await SendAsync(last, CancellationToken.None);
            return;
        }

        using var timeout = new CancellationTokenSource(_options.CallTimeout, _time);
        try
        {
            foreach (Guid session in sessions)
            {
                await _authority.CloseAsync(session, timeout.Token);
            }
        }
        catch (Exception e)
        {
            LogUnanswered(_logger, _authority.Name, "closing", e);
        }
    }
}
