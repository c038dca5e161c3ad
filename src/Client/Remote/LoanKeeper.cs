using System.Threading.Channels;
using Headroom.Contracts;
using Microsoft.Extensions.Logging;

namespace Headroom.Remote;

/// <summary>
/// Keeps loans alive and gives them back: makes the calls that a <see cref="LoanBook"/> asks for. One for all loans of
/// a process.
/// </summary>
internal sealed partial class LoanKeeper : IAsyncDisposable
{
    /// <summary>After so long an unanswered call counts as failed.</summary>
    internal static readonly TimeSpan CallLimit = TimeSpan.FromSeconds(2);

    // A timer's longest wait; the book is asked again then.
    private static readonly TimeSpan LongestSleep = TimeSpan.FromHours(1);

    private readonly ILenders _lenders;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly long _startedAt;
    private readonly Lock _gate = new();
    private readonly LoanBook _book = new();
    private readonly Dictionary<LoanKey, Action<string>> _tell = [];
    private readonly HashSet<Task> _calls = [];

    // For jitter; guarded by the lock, as the book is.
    private readonly Random _chance = new();

    // One place is enough: a wake says only that there is something to look at.
    private readonly Channel<bool> _wakes = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    private readonly ITimer _timer;
    private readonly Task _loop;
    private long _lostCount;

    internal LoanKeeper(ILenders lenders, TimeProvider time, ILogger logger)
    {
        (_lenders, _time, _logger) = (lenders, time, logger);
        _startedAt = time.GetTimestamp();
        _timer = time.CreateTimer(
            static state => ((LoanKeeper)state!).Wake(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _loop = Background.Run(RunAsync);
    }

    /// <summary>Monotonic time since the keeper was made.</summary>
    internal TimeSpan Now => _time.GetElapsedTime(_startedAt);

    /// <summary>Loans that it keeps or still gives back.</summary>
    internal int Count
    {
        get
        {
            lock (_gate)
            {
                return _book.Count;
            }
        }
    }

    /// <summary>Parts of loans that were lost so far.</summary>
    internal long LostCount => Volatile.Read(ref _lostCount);

    /// <summary>Renews a loan's parts with their lenders from now on.</summary>
    /// <param name="loan">The loan.</param>
    /// <param name="askedAt">When it was asked for, by <see cref="Now"/>: lenders count from then or later.</param>
    /// <param name="lost">
    /// Told of each part that is lost, and why; on a thread of the keeper. A part that was given back is not lost.
    /// </param>
    internal void Keep(Loan loan, TimeSpan askedAt, Action<LoanPart, string> lost)
    {
        lock (_gate)
        {
            foreach (LoanPart part in loan.Parts)
            {
                LoanKey key = Key(part);
                _book.Keep(key, loan.Ttl, askedAt, _chance.NextDouble());
                _tell[key] = why => lost(part, why);
            }
        }

        Wake();
    }

    /// <summary>
    /// Gives a loan back, in the background: tries until its lenders have answered or its time there has passed.
    /// Idempotent.
    /// </summary>
    internal void Release(Loan loan)
    {
        lock (_gate)
        {
            foreach (LoanPart part in loan.Parts)
            {
                _tell.Remove(Key(part));
                _book.Release(Key(part), Now);
            }
        }

        Wake();
    }

    /// <summary>Completes when the calls that are under way now have ended, and the book knows.</summary>
    internal Task CallsUnderWay()
    {
        lock (_gate)
        {
            return Task.WhenAll(_calls);
        }
    }

    /// <summary>Gives all loans back, tries so once, and stops. What cannot be reached ends by its TTL.</summary>
    public async ValueTask DisposeAsync()
    {
        _wakes.Writer.TryComplete();
        await _loop;
        await _timer.DisposeAsync();
        lock (_gate)
        {
            foreach (LoanKey key in _tell.Keys)
            {
                _book.Release(key, Now);
            }

            _tell.Clear();
        }

        // Twice: what was under way to a lender is over after the first time, and the rest goes then.
        for (int round = 0; round < 2; round++)
        {
            lock (_gate)
            {
                Begin();
            }

            await CallsUnderWay();
        }
    }

    private static LoanKey Key(LoanPart part) => new(part.Host, part.Loan.Epoch, part.Loan.Number);

    private void Wake() => _wakes.Writer.TryWrite(true);

    private async Task RunAsync()
    {
        await foreach (bool _ in _wakes.Reader.ReadAllAsync())
        {
            IReadOnlyList<LoanKey> lapsed;
            List<Action<string>> tell;
            lock (_gate)
            {
                lapsed = _book.Lapse(Now);
                tell = Untell(lapsed);
                Begin();
                _timer.Change(Pause(), Timeout.InfiniteTimeSpan);
            }

            Tell(lapsed, tell, "it could not be renewed in time");
        }
    }

    private TimeSpan Pause()
    {
        TimeSpan pause = (_book.WakeAt ?? TimeSpan.MaxValue) is var at && at - Now is var left && left > TimeSpan.Zero
            ? left
            : TimeSpan.Zero;
        return pause < LongestSleep ? pause : LongestSleep;
    }

    private void Begin()
    {
        while (_book.Next(Now) is { } call)
        {
            Task task = Task.Run(() => CallAsync(call));
            _calls.Add(task);
            _ = task.ContinueWith(ended => Ended(ended), TaskScheduler.Default);
        }
    }

    private void Ended(Task call)
    {
        lock (_gate)
        {
            _calls.Remove(call);
        }

        Wake();
    }

    private async Task CallAsync(LoanCall call)
    {
        LoanId[] loans = [.. call.Loans.Select(key => new LoanId(key.Epoch, key.Number))];
        using var limit = new CancellationTokenSource(CallLimit, _time);
        try
        {
            if (call.IsRelease)
            {
                await _lenders.ReleaseAsync(call.Host, loans, limit.Token).AsTask().WaitAsync(limit.Token);
                lock (_gate)
                {
                    _book.Released(call);
                }
            }
            else
            {
                RenewLoansAnswer answer =
                    await _lenders.RenewAsync(call.Host, loans, limit.Token).AsTask().WaitAsync(limit.Token);
                Renewed(call, answer);
            }
        }
        catch (Exception error)
        {
            // Whatever it was: only an answer renews, and the book knows how long that may take.
            LogUnanswered(call.Host, loans.Length, call.IsRelease, error);
            lock (_gate)
            {
                _book.Failed(call, Now, _chance.NextDouble());
            }
        }
    }

    private void Renewed(LoanCall call, RenewLoansAnswer answer)
    {
        IReadOnlyList<LoanKey> lost;
        List<Action<string>> tell;
        lock (_gate)
        {
            HashSet<LoanKey> gone = [.. answer.Gone.Select(id => new LoanKey(call.Host, id.Epoch, id.Number))];
            lost = _book.Renewed(call, gone, _chance.NextDouble());
            tell = Untell(lost);
        }

        Tell(lost, tell, "its lender does not have it any more");
    }

    private List<Action<string>> Untell(IReadOnlyList<LoanKey> lost)
    {
        var tell = new List<Action<string>>();
        foreach (LoanKey key in lost)
        {
            if (_tell.Remove(key, out Action<string>? one))
            {
                tell.Add(one);
            }
        }

        return tell;
    }

    private void Tell(IReadOnlyList<LoanKey> lost, List<Action<string>> tell, string why)
    {
        Interlocked.Add(ref _lostCount, lost.Count);
        foreach (LoanKey key in lost)
        {
            LogLost(key.Host, key.Epoch, key.Number, why);
        }

        foreach (Action<string> one in tell)
        {
            try
            {
                one(why);
            }
            catch (Exception error)
            {
                // The borrower's code; the other loans go on.
                LogHandlerFailed(error);
            }
        }
    }
}
