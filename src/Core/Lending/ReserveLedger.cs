namespace Headroom;

/// <summary>
/// The books of what one process lends to other hosts. They live as long as the process, because so does the memory.
/// Deterministic: same state and command, same decision.
/// </summary>
/// <remarks>
/// A loan is booked, then counted by the host's durable mark, then its memory is made, then it is told. So the host
/// never believes that bytes are free which a loan uses, whatever fails in between. Not thread-safe.
/// </remarks>
public sealed partial class ReserveLedger
{
    /// <summary>The longest that a loan lives without renewal.</summary>
    public static readonly TimeSpan MaxTtl = TimeSpan.FromHours(1);

    /// <summary>
    /// How long an id is remembered after its loan ended: late copies of a request, and requests that come after their
    /// own cancellation, arrive within seconds.
    /// </summary>
    public static readonly TimeSpan Memory = TimeSpan.FromMinutes(1);

    /// <summary>After an allocation that failed, how long the reserve does not claim to have that much.</summary>
    public static readonly TimeSpan Modesty = TimeSpan.FromSeconds(5);

    /// <summary>Longest name of a borrower: three names of the longest kind.</summary>
    public const int MaxBorrowerLength = 1_024;

    // The mark moves in steps, so that small loans do not each wait for the store.
    private const long LeastStep = 1L << 20;
    private const int StepsOfPledge = 32;

    private readonly SortedDictionary<long, LoanRow> _loans = [];
    private readonly Dictionary<Guid, LoanRow> _byRequest = [];
    private readonly HashSet<Guid> _over = [];
    private readonly Queue<(TimeSpan Until, Guid RequestId)> _overEnds = new();
    private readonly List<long> _freed = [];
    private long _lastNumber;
    private long _booked;
    private long _lastMark;
    private long _pledged;
    private long _lendable;
    private long? _replaces;
    private bool _joined;
    private bool _fenced;
    private bool _draining;
    private long _modest = long.MaxValue;
    private TimeSpan _modestUntil;

    /// <summary>Creates the books of a process that lends nothing yet.</summary>
    /// <param name="epoch">Names the life of the process; never used before on this host.</param>
    public ReserveLedger(long epoch)
    {
        Epoch = epoch;
    }

    /// <summary>Names the life of the process.</summary>
    public long Epoch { get; }

    /// <summary>What the host allows to be lent, as last heard.</summary>
    public long MarkBytes { get; private set; }

    /// <summary>What the host pledged, as last heard.</summary>
    public long PledgedBytes => _pledged;

    /// <summary>Bytes of all loans, those whose memory is not made yet included.</summary>
    public long BookedBytes => _booked;

    /// <summary>Loans, those under way included.</summary>
    public int Loans => _loans.Count;

    /// <summary>Whether another process lends for this host now, and this one must not.</summary>
    public bool IsFenced => _fenced;

    /// <summary>What could be lent now.</summary>
    public long FreePledgeBytes
    {
        get
        {
            long most = Math.Min(MarkBytes + _lendable, _pledged) - _booked;
            return _fenced || _draining ? 0 : Math.Max(0, Math.Min(most, _modest));
        }
    }

    /// <summary>Whether the host has to be told something that loans wait for, or that it can use.</summary>
    public bool NeedsMark =>
        !_fenced && (!_joined || _loans.Values.Any(loan => loan.AskedWith == 0) || MarkBytes > Wanted(_booked) + Step);

    /// <summary>When the first loan lapses; null when there is none.</summary>
    public TimeSpan? DueAt
    {
        get
        {
            TimeSpan? due = null;
            foreach (LoanRow loan in _loans.Values)
            {
                due = loan.Step == LoanStep.Lent && (due is null || loan.Until < due) ? loan.Until : due;
            }

            return due;
        }
    }

    private long Step => Math.Max(LeastStep, _pledged / StepsOfPledge);

    /// <summary>Bytes of the loans that are told, by borrower.</summary>
    public IReadOnlyDictionary<string, long> Borrowers()
    {
        var borrowers = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (LoanRow loan in _loans.Values.Where(loan => loan.Step == LoanStep.Lent))
        {
            borrowers.TryGetValue(loan.Command.Borrower, out long bytes);
            borrowers[loan.Command.Borrower] = bytes + loan.Command.Bytes;
        }

        return borrowers;
    }

    /// <summary>
    /// Books a loan. Waiting means that it is under way: <see cref="TakeMark"/>, then the memory, then
    /// <see cref="Allocated"/>.
    /// </summary>
    public LendDecision Lend(LendCommand command, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(command);
        Expire(now);
        if (command.Bytes is < 1 or > HostLedger.MaxCapacityBytes
            || command.Ttl <= TimeSpan.Zero
            || command.Ttl > MaxTtl
            || command.Borrower.Length is 0 or > MaxBorrowerLength)
        {
            return Answer(Outcome.Invalid);
        }

        if (_byRequest.TryGetValue(command.RequestId, out LoanRow? known))
        {
            return known.Command == command ? Stand(known) : Answer(Outcome.Conflict);
        }

        if (_over.Contains(command.RequestId))
        {
            return Answer(Outcome.Gone);
        }

        if (_draining || _fenced)
        {
            return Answer(Outcome.Unavailable);
        }

        if (command.Bytes > FreePledgeBytes)
        {
            return Answer(Outcome.Refused);
        }

        var loan = new LoanRow(++_lastNumber, command);
        _loans.Add(loan.Number, loan);
        _byRequest.Add(command.RequestId, loan);
        _booked += command.Bytes;
        return Stand(loan);
    }

    /// <summary>How a loan stands; Gone for one that is not there.</summary>
    public LendDecision Stand(long number) =>
        _loans.TryGetValue(number, out LoanRow? loan) ? Stand(loan) : Answer(Outcome.Gone);

    /// <summary>The borrower of a loan; null when it is not there.</summary>
    public string? Borrower(long number) =>
        _loans.TryGetValue(number, out LoanRow? loan) ? loan.Command.Borrower : null;

    /// <summary>Whether a loan is in the books, also one that ends as soon as its memory is made.</summary>
    public bool Has(long number) => _loans.ContainsKey(number);

    /// <summary>Its memory was made, or could not be.</summary>
    /// <param name="number">A loan that the mark counts.</param>
    /// <param name="isThere">Whether its bytes are allocated and touched.</param>
    /// <param name="now">Monotonic time; the loan lives from now on.</param>
    public void Allocated(long number, bool isThere, TimeSpan now)
    {
        if (!_loans.TryGetValue(number, out LoanRow? loan) || loan.Step != LoanStep.Marked)
        {
            throw new LedgerException($"Loan {number} is not one whose memory was being made.");
        }

        if (!isThere)
        {
            // The books said that the bytes are there, and they are not: the books are wrong.
            _modest = Math.Min(_modest, loan.Command.Bytes - 1);
            _modestUntil = now + Modesty;
        }

        loan.Step = LoanStep.Lent;
        loan.Until = now + loan.Command.Ttl;
        if (!isThere || loan.IsOver)
        {
            End(loan, now);
        }
    }

    /// <summary>Renews loans of this epoch, each for its whole life from now.</summary>
    /// <returns>Those that are not there.</returns>
    public IReadOnlyList<long> Renew(IReadOnlyList<long> numbers, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(numbers);
        Expire(now);
        var gone = new List<long>();
        foreach (long number in numbers)
        {
            if (_loans.TryGetValue(number, out LoanRow? loan) && loan.Step == LoanStep.Lent)
            {
                loan.Until = now + loan.Command.Ttl;
            }
            else
            {
                gone.Add(number);
            }
        }

        return gone;
    }

    /// <summary>Ends loans; those that are not there are no error.</summary>
    public void Release(IReadOnlyList<long> numbers, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(numbers);
        foreach (long number in numbers)
        {
            if (_loans.TryGetValue(number, out LoanRow? loan))
            {
                End(loan, now);
            }
        }

        Expire(now);
    }

    /// <summary>Ends whatever a request was or will be lent.</summary>
    public void Cancel(Guid requestId, TimeSpan now)
    {
        if (_byRequest.TryGetValue(requestId, out LoanRow? loan))
        {
            End(loan, now);
        }
        else
        {
            Remember(requestId, now);
        }

        Expire(now);
    }

    /// <summary>Ends what was not renewed.</summary>
    public void Expire(TimeSpan now)
    {
        foreach (LoanRow loan in _loans.Values.Where(loan => loan.Step == LoanStep.Lent && loan.Until <= now).ToArray())
        {
            End(loan, now);
        }

        while (_overEnds.TryPeek(out (TimeSpan Until, Guid RequestId) first) && first.Until <= now)
        {
            _overEnds.Dequeue();
            _over.Remove(first.RequestId);
        }

        if (_modestUntil <= now)
        {
            _modest = long.MaxValue;
        }
    }

    /// <summary>Lends no more; what is lent stays.</summary>
    public void Drain() => _draining = true;

    /// <summary>Loans that ended since the last call: their memory has to be freed before the next mark.</summary>
    public IReadOnlyList<long> TakeFreed()
    {
        if (_freed.Count == 0)
        {
            return [];
        }

        long[] freed = [.. _freed];
        _freed.Clear();
        return freed;
    }

    private LendDecision Stand(LoanRow loan) => Answer(
        loan.IsOver ? Outcome.Gone : loan.Step == LoanStep.Lent ? Outcome.Granted : Outcome.Waiting, loan.Number);

    private LendDecision Answer(Outcome outcome, long number = 0) => new(outcome, number, FreePledgeBytes);

    private void End(LoanRow loan, TimeSpan now)
    {
        // While its memory is being made nobody can say that it is gone.
        if (loan.Step == LoanStep.Marked)
        {
            loan.IsOver = true;
            return;
        }

        _loans.Remove(loan.Number);
        _byRequest.Remove(loan.Command.RequestId);
        _booked -= loan.Command.Bytes;
        if (loan.Step != LoanStep.Booked)
        {
            _freed.Add(loan.Number);
        }

        Remember(loan.Command.RequestId, now);
    }

    private void Remember(Guid requestId, TimeSpan now)
    {
        if (_over.Add(requestId))
        {
            _overEnds.Enqueue((now + Memory, requestId));
        }
    }
}
