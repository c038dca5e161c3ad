using Headroom.Contracts;
using Headroom.Grains.Events;
using Headroom.Grains.Placement;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Headroom.Grains.Lending;

/// <summary>
/// What this process lends: the shell around <see cref="ReserveLedger"/>. It belongs to the process and not to an
/// activation, because the memory does.
/// </summary>
internal sealed partial class Lender(
    IGrainFactory grains,
    IHostDirectory hosts,
    IPledgedMemory memory,
    PledgeView pledges,
    MonotonicClock clock,
    BudgetMetrics metrics,
    EventHub events,
    ILogger<Lender> logger) : BackgroundService
{
    // How often the host is asked what may be lent, and loans are looked through for those that lapsed.
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MarkLimit = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly ReserveLedger _ledger = new(memory.Epoch);
    private readonly Dictionary<long, TaskCompletionSource<LendDecision>> _underWay = [];
    private readonly Dictionary<long, (LoanPart Part, string Borrower, long Bytes)> _lent = [];
    private Task _marking = Task.CompletedTask;
    private bool _heard;

    /// <summary>Lends, or says why not.</summary>
    public async ValueTask<LendAnswer> LendAsync(LendRequest request, CancellationToken cancellationToken)
    {
        var command = new LendCommand(request.RequestId, request.Bytes, request.Ttl, request.Borrower);
        LendDecision decision;
        Task<LendDecision>? underWay = null;
        lock (_gate)
        {
            decision = _ledger.Lend(command, clock.Now);
            if (decision.Outcome == Outcome.Waiting)
            {
                underWay = UnderWay(decision.Number).Task;
            }
        }

        Follow();
        if (underWay is not null)
        {
            decision = await underWay.WaitAsync(cancellationToken);
        }

        return Answer(decision);
    }

    /// <summary>Renews loans of this process.</summary>
    public RenewLoansAnswer Renew(LoanId[] loans)
    {
        lock (_gate)
        {
            HashSet<long> gone = [.. _ledger.Renew(Mine(loans), clock.Now)];
            return new RenewLoansAnswer
            {
                Gone = [.. loans.Where(loan => loan.Epoch != _ledger.Epoch || gone.Contains(loan.Number))],
                FreePledgeBytes = _ledger.FreePledgeBytes,
            };
        }
    }

    /// <summary>Ends loans.</summary>
    public void Release(LoanId[] loans)
    {
        lock (_gate)
        {
            _ledger.Release(Mine(loans), clock.Now);
        }

        Follow();
    }

    /// <summary>Ends whatever a request was or will be lent.</summary>
    public void Cancel(Guid requestId)
    {
        lock (_gate)
        {
            _ledger.Cancel(requestId, clock.Now);
        }

        Follow();
    }

    /// <summary>The reserve as it stands.</summary>
    public ReserveView View()
    {
        lock (_gate)
        {
            return new ReserveView
            {
                Host = hosts.Local,
                PledgedBytes = _ledger.PledgedBytes,
                LentBytes = memory.AllocatedBytes,
                FreePledgeBytes = _ledger.FreePledgeBytes,
                Loans = _ledger.Loans,
                Borrowers = _ledger.Borrowers().ToDictionary(StringComparer.Ordinal),
            };
        }
    }

    /// <summary>What this silo has heard of all reserves, its own among them.</summary>
    public PledgeShare[] Pledges()
    {
        lock (_gate)
        {
            return [.. pledges.Shares(), new PledgeShare(hosts.Local, _ledger.FreePledgeBytes, TimeSpan.Zero)];
        }
    }

    /// <summary>Where books, mark and real bytes do not agree.</summary>
    public AuditReport Audit()
    {
        var violations = new List<Violation>();
        lock (_gate)
        {
            if (memory.AllocatedBytes > _ledger.MarkBytes)
            {
                Add($"{memory.AllocatedBytes} bytes are allocated for loans, the host's mark is {_ledger.MarkBytes}");
            }

            int unbooked = memory.Loans.Count(loan => !_ledger.Has(loan));
            if (unbooked > 0)
            {
                Add($"{unbooked} loans have memory and are not in the books");
            }
        }

        return new AuditReport { Violations = [.. violations] };

        void Add(string detail) =>
            violations.Add(new Violation { Invariant = "I1", Budget = hosts.Local, Detail = detail });
    }

    /// <summary>Lends no more.</summary>
    public void Drain()
    {
        lock (_gate)
        {
            _ledger.Drain();
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, clock.Provider);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            lock (_gate)
            {
                _ledger.Expire(clock.Now);
            }

            Follow(always: true);
        }
    }

    private long[] Mine(LoanId[] loans) =>
        [.. loans.Where(loan => loan.Epoch == _ledger.Epoch).Select(loan => loan.Number)];

    private TaskCompletionSource<LendDecision> UnderWay(long number)
    {
        if (!_underWay.TryGetValue(number, out TaskCompletionSource<LendDecision>? wait))
        {
            wait = new TaskCompletionSource<LendDecision>(TaskCreationOptions.RunContinuationsAsynchronously);
            _underWay.Add(number, wait);
        }

        return wait;
    }

    private LendAnswer Answer(LendDecision decision)
    {
        lock (_gate)
        {
            LoanPart? part =
                decision.Outcome == Outcome.Granted ? _lent.GetValueOrDefault(decision.Number).Part : null;

            // Granted, and ended before it was told.
            Outcome outcome = decision.Outcome == Outcome.Granted && part is null ? Outcome.Gone : decision.Outcome;
            return new LendAnswer
            {
                Outcome = (byte)outcome,
                Part = part,
                FreePledgeBytes = _ledger.FreePledgeBytes,
                Detail = outcome switch
                {
                    Outcome.Granted => null,
                    Outcome.Refused => $"could lend {decision.FreePledgeBytes} bytes",
                    Outcome.Unavailable => "does not lend now",
                    Outcome.Gone => "did not really have the bytes, or the request was cancelled",
                    Outcome.Conflict => "was asked for something else with the same request id",
                    _ => $"lends 1 to {HostLedger.MaxCapacityBytes} bytes for at most "
                        + $"{ReserveLedger.MaxTtl.TotalSeconds:0} s",
                },
            };
        }
    }

    // After each transition: what ended is freed before the host hears of it, what may be made is made, and who waits
    // for something that is over is told.
    private void Follow(bool always = false)
    {
        lock (_gate)
        {
            foreach (long number in _ledger.TakeFreed())
            {
                memory.Free(number);
                if (_lent.Remove(number, out (LoanPart, string Borrower, long Bytes) loan))
                {
                    Tell(EventType.Repaid, loan.Borrower, loan.Bytes);
                }
            }

            foreach ((long number, long bytes) in _ledger.TakeMarked())
            {
                _ = MakeAsync(number, bytes);
            }

            foreach ((long number, TaskCompletionSource<LendDecision> wait) in _underWay.ToArray())
            {
                LendDecision stand = _ledger.Stand(number);
                if (stand.Outcome != Outcome.Waiting)
                {
                    _underWay.Remove(number);
                    wait.TrySetResult(stand);
                }
            }

            metrics.Lending(hosts.Local, _ledger.PledgedBytes, memory.AllocatedBytes, _ledger.Loans);
            if ((always || _ledger.NeedsMark) && !_ledger.IsFenced && _marking.IsCompleted)
            {
                _marking = MarkAsync();
            }
        }
    }

    private async Task MarkAsync()
    {
        await Task.Yield();
        bool more = true;
        while (more)
        {
            LentMark mark;
            lock (_gate)
            {
                mark = _ledger.TakeMark(memory.AllocatedBytes);
            }

            bool answered = await TellHostAsync(mark);
            lock (_gate)
            {
                more = answered && _ledger.NeedsMark;
                if (!more)
                {
                    _marking = Task.CompletedTask;
                }
            }

            Follow();
        }
    }

    private async Task<bool> TellHostAsync(LentMark mark)
    {
        using var limit = new CancellationTokenSource(MarkLimit, clock.Provider);
        try
        {
            LentMarkReply reply = await grains.GetGrain<IHostBudgetGrain>(hosts.Local).MarkLentAsync(
                new LentMarkRequest
                {
                    Epoch = mark.Epoch,
                    Number = mark.Number,
                    Replaces = mark.Replaces,
                    Bytes = mark.Bytes,
                    LeastBytes = mark.LeastBytes,
                    UsedBytes = mark.UsedBytes,
                },
                limit.Token);
            lock (_gate)
            {
                bool fenced = _ledger.IsFenced;
                _ledger.Marked(
                    new LentMarkAnswer(
                        (Outcome)reply.Outcome,
                        reply.Epoch,
                        reply.Number,
                        reply.Bytes,
                        reply.LendableBytes,
                        reply.PledgedBytes),
                    clock.Now);
                if (_ledger.IsFenced && !fenced)
                {
                    LogFenced(logger, hosts.Local);
                }

                _heard = true;
            }

            return true;
        }
        catch (Exception error)
        {
            lock (_gate)
            {
                // Before the silo has started there is nobody to ask, and nobody to tell.
                if (_heard)
                {
                    LogMarkFailed(logger, hosts.Local, error);
                }

                _heard = false;
                _ledger.MarkFailed();
                _ledger.GiveUp(clock.Now);
            }

            return false;
        }
    }

    private async Task MakeAsync(long number, long bytes)
    {
        await Task.Yield();
        byte[]? token = null;
        try
        {
            token = await memory.AllocateAsync(number, bytes, CancellationToken.None);
        }
        catch (Exception error)
        {
            LogAllocationFailed(logger, hosts.Local, bytes, error);
        }

        lock (_gate)
        {
            _ledger.Allocated(number, token is not null, clock.Now);
            if (token is not null && _ledger.Borrower(number) is { } borrower)
            {
                var part = new LoanPart
                {
                    Host = hosts.Local,
                    Loan = new LoanId(_ledger.Epoch, number),
                    Endpoint = memory.Endpoint,
                    Token = token,
                };
                _lent.Add(number, (part, borrower, bytes));
                Tell(EventType.Lent, borrower, bytes);
            }
            else if (token is null)
            {
                LogNoMemory(logger, hosts.Local, bytes);
            }
        }

        Follow();
    }

    private void Tell(EventType type, string borrower, long bytes) => events.Publish(new HeadroomEvent
    {
        Type = type,
        Host = hosts.Local,
        Urgency = Urgency.MustSucceed,
        Rung = Rung.Loan,
        Bytes = bytes,
        Detail = borrower,
    });
}
