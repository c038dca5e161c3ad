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
    private volatile Task _sending = Task.CompletedTask;
    private LoanKeeper? _loans;
    private Task? _closed;
    private bool _started;
    private long _lapsesTold;

    internal BudgetSession(
        HeadroomOptions options,
        IAuthority authority,
        ClientMetrics metrics,
        ILogger logger,
        IManagedHeap? heap = null)
    {
        _options = options;
        _authority = authority;
        Metrics = metrics;
        _time = options.TimeProvider;
        _logger = logger;
        _startedAt = _time.GetTimestamp();
        _timer = _time.CreateTimer(
            static state => ((BudgetSession)state!).Wake(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        var limits = new SessionLimits { MaxIdleCreditBytes = options.MaxIdleCreditBytes };
        Core = new SessionCore(limits, ProcessWitness.Find(), Wake);
        Heap = new HeapListener(
            heap ?? new ManagedHeap(),
            () => Core.Picture(Now).LeasedBytes.Total,
            _time,
            options.CollectWhenAsked,
            logger);
        Requests = new LeaseRequests(this, authority, options, metrics, logger);
        Operations = new Operations(() => Now);
        authority.Nudged = Core.Nudge;
        authority.Looked = session => Core.Picture(Now) is var picture && picture.Session == session ? picture : null;
    }

    internal SessionCore Core { get; }

    /// <summary>What it tells of itself.</summary>
    internal ClientMetrics Metrics { get; }

    internal LeaseRequests Requests { get; }

    internal HeapListener Heap { get; }

    /// <summary>What stands in place of sizes.</summary>
    internal Operations Operations { get; }

    /// <summary>Monotonic time since the budget was made.</summary>
    internal TimeSpan Now => _time.GetElapsedTime(_startedAt);

    /// <summary>The message under way, or the last one: over when what its answer brings can be used.</summary>
    internal Task Sending => _sending;

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
                _loop = Background.Run(RunAsync);
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

    /// <summary>Loans that are kept now, and those that were lost so far.</summary>
    internal (long Kept, long Lost) LoanCounts
    {
        get
        {
            lock (_lock)
            {
                return _loans is { } loans ? (loans.Count, loans.LostCount) : (0, 0);
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
                Core.Heap = Heap.Read();
                SessionTurn? turn = Core.Step(Guid.NewGuid(), now);
                if (turn is not null)
                {
                    _sending = SendAsync(turn, _stop.Token);
                    await _sending;
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
        string kind = turn.Open is null ? "exchange" : "open";
        long start = _time.GetTimestamp();
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
            Metrics.Exchanged(kind, _time.GetElapsedTime(start), Telemetry.TypeOf(e));
            Core.Failed(turn, Now, _chance.NextDouble());
            return;
        }

        Outcome outcome = terms?.Outcome ?? order!.Outcome;
        Metrics.Exchanged(
            kind, _time.GetElapsedTime(start), outcome == Outcome.Granted ? null : Telemetry.Text(outcome));
        if (terms is not null)
        {
            Core.Opened(turn, terms, Now, _chance.NextDouble());
            LogOpening(_logger, terms.Session, _authority.Name, terms.Outcome, terms.Epoch, terms.Ttl);
        }
        else if (order is not null)
        {
            Core.Exchanged(turn, order, Now, _chance.NextDouble());
            Heard?.Invoke();
            Heap.Limited(order.HardLimitBytes);
            if (order.Collect)
            {
                _ = Task.Run(Collect, CancellationToken.None);
            }

            if (order.Outcome != Outcome.Granted)
            {
                LogExchangeRefused(_logger, turn.Exchange!.Session, _authority.Name, order.Outcome);
            }
        }
    }

    // Off the loop: the session must be renewed also when this takes long. What it gave back is said at once.
    private void Collect()
    {
        if (Heap.TryCollect(Heap.Read().CollectableBytes, stillLeasedBytes: 0))
        {
            Core.Signal(Attention.Give);
        }
    }

    private void PublishOpen()
    {
        bool open = Core.IsOpen(Now);
        long lapses = Core.Lapses;
        if (lapses > _lapsesTold)
        {
            _lapsesTold = lapses;
            LogLapsed(_logger, _authority.Name);
        }

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
}
