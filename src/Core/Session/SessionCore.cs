namespace Headroom;

/// <summary>
/// The client's side of a session: what it holds, what it says and when, and what it makes of the answers. Has no
/// clock, no chance and sends nothing itself: <c>now</c> is a monotonic time, ids and jitter are passed in, and the
/// caller carries the messages.
/// </summary>
/// <remarks>
/// <para>
/// One message is under way at a time: <see cref="Step"/> gives it, and one of <see cref="Opened"/>,
/// <see cref="Exchanged"/> and <see cref="Failed"/> ends it. An answer that comes after <see cref="Failed"/> may still
/// be passed in; it counts as far as it is still true.
/// </para>
/// <para>
/// What was drawn falls, and never rises, between two orders acted on. So each report with the same <c>seen</c> claims
/// at most what the one before it did, and it is safe if an authority sees them out of order.
/// </para>
/// <para>
/// All transitions hold one lock; taking and giving back credit does not (<see cref="CreditAccount"/>). <c>wake</c> is
/// called, from any thread, when <see cref="WakeAt"/> may have come nearer; it must not call back.
/// </para>
/// </remarks>
internal sealed partial class SessionCore
{
    /// <summary>No real amount is larger; a thousand of these still add up.</summary>
    internal const long MaxBytes = 1L << 48;

    /// <summary>Subsystems of one session: as many as a container's authority keeps.</summary>
    internal const int MaxSubsystems = 1000;

    /// <summary>Ids that one exchange carries at most of each kind; the others go with the next.</summary>
    internal const int MaxIdsPerExchange = 1024;

    /// <summary>Rows of reasons that one exchange carries: what the authority takes.</summary>
    internal const int MaxReasons = ContainerLedger.MaxReasons;

    /// <summary>A gate above all urgencies.</summary>
    private const int ClosedGate = ByUrgency.Levels;

    private readonly Lock _lock = new();
    private readonly Action _wake;
    private readonly ProcessIdentity _process;
    private readonly SortedDictionary<string, SubsystemCredit> _subsystems = new(StringComparer.Ordinal);
    private readonly List<long> _released = [];
    private readonly List<Guid> _cancelled = [];
    private readonly List<Guid> _dismissed = [];

    // Sessions that the authority may have on its books for what is held now, the newest last.
    private readonly List<Guid> _predecessors = [];

    private int _attention;
    private long _lapsesAtTicks;
    private Phase _phase;
    private bool _usable;
    private bool _closing;
    private Guid _session;
    private long _epoch;
    private long _seen;
    private long _opening;
    private int _gate = ClosedGate;
    private TimeSpan _ttl;
    private TimeSpan _renewAt;
    private TimeSpan _notBefore = TimeSpan.MinValue;
    private TimeSpan _wantsNotBefore = TimeSpan.MinValue;
    private TimeSpan _ebbedAt;
    private TimeSpan _lastSentAt = TimeSpan.MinValue;
    private TimeSpan _wantPause;
    private bool _overdue;
    private long _lapses;
    private int _failures;
    private OpenCommand? _openCommand;
    private int _openAttempts;
    private SessionTurn? _underWay;

    internal SessionCore(SessionLimits limits, ProcessIdentity process, Action wake)
    {
        Limits = limits;
        _process = process;
        _wake = wake;
    }

    private enum Phase
    {
        /// <summary>No session at the authority, or none that it knows: the next message opens one.</summary>
        Unopened,

        /// <summary>An opening is not yet answered.</summary>
        Opening,

        /// <summary>The authority knows the session.</summary>
        Open,
    }

    internal SessionLimits Limits { get; }

    /// <summary>A subsystem's part; the same one for the same name.</summary>
    /// <returns>Null when there are <see cref="MaxSubsystems"/> already.</returns>
    internal SubsystemCredit? Subsystem(string name)
    {
        lock (_lock)
        {
            if (_subsystems.TryGetValue(name, out SubsystemCredit? credit) || _subsystems.Count == MaxSubsystems)
            {
                return credit;
            }

            credit = new SubsystemCredit(this, name);
            _subsystems.Add(name, credit);
            credit.Account.Allow(Allowed(credit));

            // Its emergency credit should be there before it is needed.
            Signal(Attention.Give);
            return credit;
        }
    }

    /// <summary>
    /// Whether the session is over by the client's own clock. To be asked after credit was taken: a process that was
    /// stopped in between must not use it.
    /// </summary>
    internal bool IsOver(TimeSpan now) => now.Ticks >= Volatile.Read(ref _lapsesAtTicks);

    /// <summary>How often a session was over because it could not be renewed in time.</summary>
    internal long Lapses => Volatile.Read(ref _lapses);

    /// <summary>Whether the authority knows the session, and it is not over.</summary>
    internal bool IsOpen(TimeSpan now)
    {
        lock (_lock)
        {
            LapseIfDue(now);
            return _phase == Phase.Open;
        }
    }

    internal SessionPicture Picture(TimeSpan now)
    {
        lock (_lock)
        {
            LapseIfDue(now);
            DropUnusable();
            TakeInEnded();
            bool asksBack = _phase == Phase.Open && !_closing;
            SubsystemPicture[] subsystems =
                [.. _subsystems.Values.Select(subsystem => subsystem.Picture(asksBack))];
            return new SessionPicture(
                _usable,
                _session,
                _epoch,
                _overdue && _phase == Phase.Open,
                _lapses,
                _slots.Sum(slot => slot.Leases) + subsystems.Sum(subsystem => subsystem.SpreadLeases),
                subsystems);
        }
    }

    /// <summary>The next message to send now; null when there is none, or one is under way.</summary>
    /// <param name="freshId">The id of a session that this may open; used at most once.</param>
    /// <param name="now">The time.</param>
    internal SessionTurn? Step(Guid freshId, TimeSpan now)
    {
        lock (_lock)
        {
            LapseIfDue(now);
            if (_underWay is not null || now < DueAt())
            {
                return null;
            }

            _underWay = _phase == Phase.Open
                ? new SessionTurn { Exchange = BuildExchange(now), SentAt = now }
                : new SessionTurn { Open = BuildOpen(freshId), SentAt = now };
            _lastSentAt = now;
            AssertInvariants();
            return _underWay;
        }
    }

    /// <summary>When <see cref="Step"/> has something to do next, if nothing happens before.</summary>
    internal TimeSpan WakeAt()
    {
        lock (_lock)
        {
            TimeSpan due = _underWay is null ? DueAt() : TimeSpan.MaxValue;
            var lapse = TimeSpan.FromTicks(Volatile.Read(ref _lapsesAtTicks));
            return _usable && lapse < due ? lapse : due;
        }
    }

    /// <summary>
    /// The message under way was not answered: it is sent again after a pause, or what is true then is.
    /// </summary>
    /// <param name="turn">The message.</param>
    /// <param name="now">The time.</param>
    /// <param name="jitter">By chance, 0 to less than 1.</param>
    internal void Failed(SessionTurn turn, TimeSpan now, double jitter)
    {
        lock (_lock)
        {
            LapseIfDue(now);
            if (ReferenceEquals(turn, _underWay))
            {
                _underWay = null;
                Pause(now, jitter);
            }

            AssertInvariants();
        }
    }

    /// <summary>Whether the next exchange was asked for with this.</summary>
    internal bool IsAsked(Attention attention) => (Volatile.Read(ref _attention) & (int)attention) != 0;

    /// <summary>
    /// Asks for the next exchange soon. Allocates nothing; wakes the caller only when it was not asked for yet.
    /// </summary>
    internal void Signal(Attention attention)
    {
        if (!IsAsked(attention)
            && (Interlocked.Or(ref _attention, (int)attention) & (int)attention) == 0)
        {
            _wake();
        }
    }

    /// <summary>Checks, to the byte, what holds while nobody is taking or giving back.</summary>
    internal void AssertSettled()
    {
        lock (_lock)
        {
            AssertInvariants();
            foreach (SubsystemCredit subsystem in _subsystems.Values)
            {
                subsystem.Account.AssertSettled();
            }
        }
    }

    private void AssertInvariants()
    {
        foreach (SubsystemCredit subsystem in _subsystems.Values)
        {
            subsystem.Account.AssertInvariants();
            if (!subsystem.Named.IsValid)
            {
                throw new InvalidOperationException(
                    $"I3 does not hold in subsystem {subsystem.Name}: "
                    + $"leases granted one by one are {subsystem.Named}.");
            }
        }
    }

    private TimeSpan DueAt()
    {
        TimeSpan due = _phase == Phase.Open ? _renewAt : _closing ? TimeSpan.MaxValue : TimeSpan.MinValue;
        if (_phase == Phase.Open)
        {
            var attention = (Attention)Volatile.Read(ref _attention);
            TimeSpan soon = _lastSentAt == TimeSpan.MinValue ? TimeSpan.MinValue : _lastSentAt + Limits.Spacing;
            if ((attention & Attention.Give) != 0 && soon < due)
            {
                due = soon;
            }

            TimeSpan ebbs = soon > _ebbedAt + Limits.Ebb ? soon : _ebbedAt + Limits.Ebb;
            if ((attention & Attention.Ebb) != 0 && ebbs < due)
            {
                due = ebbs;
            }

            TimeSpan wants = soon > _wantsNotBefore ? soon : _wantsNotBefore;
            if ((attention & Attention.Want) != 0 && wants < due)
            {
                due = wants;
            }
        }

        return due > _notBefore ? due : _notBefore;
    }

    // Full pauses would bring all clients of a restarted authority back at one moment: each comes between half of one
    // and one.
    private void Pause(TimeSpan now, double jitter)
    {
        TimeSpan pause = Limits.MinPause * Math.Pow(2, Math.Min(_failures, 30));
        pause = pause < Limits.MaxPause ? pause : Limits.MaxPause;
        _failures++;
        _notBefore = now + (pause * (0.5 + (0.5 * jitter)));
    }

    private int Allowed(SubsystemCredit subsystem)
    {
        int mask = 0;
        for (int urgency = Math.Max(0, _gate); urgency <= (int)subsystem.MaxUrgency; urgency++)
        {
            mask |= 1 << urgency;
        }

        // Whatever the gate, emergency credit is for must-succeed.
        mask |= subsystem.EmergencyBytes > 0 && subsystem.MaxUrgency == Urgency.MustSucceed
            ? 1 << (int)Urgency.MustSucceed
            : 0;
        return _usable && !_closing ? mask : 0;
    }

    private void AllowAll()
    {
        foreach (SubsystemCredit subsystem in _subsystems.Values)
        {
            subsystem.Account.Allow(Allowed(subsystem));
        }
    }

    // The holder ends first: credit is dropped, leases stay. They are memory, not permissions.
    private void LapseIfDue(TimeSpan now)
    {
        if (!_usable || !IsOver(now))
        {
            return;
        }

        _usable = false;
        _lapses++;
        if (_phase == Phase.Open)
        {
            Leave();
        }

        AllowAll();
        foreach (SubsystemCredit subsystem in _subsystems.Values)
        {
            subsystem.CutAdrift();
        }

        AssertInvariants();
    }

    // Also what leases give back while the session is over: nobody may use it, and the authority may have seen the
    // memory gone.
    private void DropUnusable()
    {
        if (_usable)
        {
            return;
        }

        foreach (SubsystemCredit subsystem in _subsystems.Values)
        {
            subsystem.Account.Surrender(MaxBytes);
        }
    }

    // The session is left behind; the next one replaces it.
    private void Leave()
    {
        _phase = Phase.Unopened;
        _predecessors.Clear();
        _predecessors.Add(_session);
    }
}
