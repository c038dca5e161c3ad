namespace Headroom;

/// <summary>
/// A subsystem's part of a session: its account, the leases granted to it one by one, and how much credit it should
/// have.
/// </summary>
internal sealed class SubsystemCredit
{
    /// <summary>A slab that is used up in less than this is doubled.</summary>
    private static readonly TimeSpan FastRefill = TimeSpan.FromSeconds(1);

    private readonly List<CreditAccount> _abandoned = [];
    private volatile CreditAccount _account;

    // When a want was last met in full, until the slab was sized by it.
    private TimeSpan? _metAt;

    // Hints, written without a lock by threads that lease. A lost one costs a refill that comes a little later, never a
    // byte.
    private long _lowest = long.MaxValue;
    private long _lackedBytes;
    private int _lackedUrgency;
    private long _lowMark;
    private long _highMark = long.MaxValue;

    internal SubsystemCredit(SessionCore core, string name)
    {
        Core = core;
        Name = name;
        Reasons = new ReasonTally(name);
        _account = new CreditAccount(this);
    }

    internal SessionCore Core { get; }

    internal string Name { get; }

    internal CreditAccount Account => _account;

    /// <summary>Leases of this opening that have an id of their own. Only under the session's lock.</summary>
    internal ByUrgency Named { get; set; }

    /// <summary>The most that the last order acted on lets it hold. Only under the session's lock.</summary>
    internal long EntitledBytes { get; set; }

    /// <summary>
    /// The highest urgency that the policy allows, as far as is known. Only under the session's lock.
    /// </summary>
    internal Urgency MaxUrgency { get; set; } = Urgency.MustSucceed;

    /// <summary>Credit to hold ahead of need. Only under the session's lock.</summary>
    internal long SlabBytes { get; set; }

    /// <summary>What the exchange under way asked to hold in total; 0 when it asked for nothing.</summary>
    internal long WantedBytes { get; set; }

    /// <summary>What the policy keeps of the credit for must-succeed alone. Only under the session's lock.</summary>
    internal long EmergencyBytes { get; private set; }

    /// <summary>
    /// Leases below this urgency are asked back; Optional when nothing is. Only under the session's lock.
    /// </summary>
    internal Urgency ReclaimBelow { get; private set; }

    /// <summary>What it may keep of them. Only under the session's lock.</summary>
    internal long KeepBytes { get; private set; }

    /// <summary>The subsystem's state at the authority, as last heard.</summary>
    internal SubsystemState State { get; private set; }

    /// <summary>Whether loans go home when there is room again.</summary>
    internal bool LoansComeHome { get; private set; }

    /// <summary>What must-succeed was used for.</summary>
    internal ReasonTally Reasons { get; }

    /// <summary>Takes bytes out of credit, and says out of which account.</summary>
    internal bool TryTake(long bytes, Urgency urgency, Urgency held, out CreditAccount account)
    {
        account = _account;
        if (account.TryTake(bytes, urgency, held))
        {
            return true;
        }

        // With enough credit it was the gate or the policy: more credit would not help.
        if (account.CreditBytes - account.EmergencyBytes < bytes)
        {
            Lacked(bytes, urgency);
        }

        return false;
    }

    internal void Took(long left, Urgency urgency)
    {
        if (left < Volatile.Read(ref _lowest))
        {
            Volatile.Write(ref _lowest, left);
        }

        if (left < Volatile.Read(ref _lowMark))
        {
            RaiseUrgency(urgency);
            Core.Signal(Attention.Want);
        }
    }

    internal void GaveBack(long credit)
    {
        if (credit > Volatile.Read(ref _highMark))
        {
            Core.Signal(Attention.Give);
        }
    }

    /// <summary>Sets what credit should be before the exchange that is built now; consumes the hints.</summary>
    internal void Size(SessionLimits limits, bool renewal, TimeSpan now)
    {
        long lacked = Interlocked.Exchange(ref _lackedBytes, 0);
        long credit = SpareBytes;
        if (lacked > 0 || credit < SlabBytes / 2)
        {
            // A want that is not met must not grow: there is less to have, not more to want.
            long grown = now - _metAt < FastRefill ? SlabBytes * 2 : SlabBytes;
            SlabBytes = Math.Min(limits.MaxIdleCreditBytes, Math.Max(grown, Math.Max(limits.MinSlabBytes, lacked * 2)));
            _metAt = null;
            Volatile.Write(ref _lowest, long.MaxValue);
        }
        else if (renewal && SlabBytes > 0)
        {
            // What was not touched since the last renewal was too much: half of it goes back each time.
            long lowest = Interlocked.Exchange(ref _lowest, long.MaxValue);
            long untouched = Math.Max(0, Math.Min(credit, lowest - EmergencyBytes));
            SlabBytes -= (Math.Min(untouched, SlabBytes) + 1) / 2;
            SlabBytes = SlabBytes < limits.MinSlabBytes / 2 ? 0 : SlabBytes;
        }
    }

    /// <summary>Sets when to call for attention, and gives back what is too much.</summary>
    internal void Trim(long slack)
    {
        bool reclaims = ReclaimBelow > Urgency.Optional;
        long ahead = reclaims ? 0 : SlabBytes;
        long high = EmergencyBytes + ahead + Math.Min(ahead, slack);
        long credit = _account.CreditBytes;
        long surplus = credit > high ? credit - EmergencyBytes - ahead : 0;
        long excess = Math.Max(surplus, _account.DrawnBytes - EntitledBytes);
        _account.Surrender(excess);
        bool overdrawn = _account.DrawnBytes > EntitledBytes;
        Volatile.Write(ref _lowMark, reclaims ? 0 : EmergencyBytes + (SlabBytes / 2));
        Volatile.Write(ref _highMark, overdrawn ? 0 : high);
    }

    /// <summary>What to ask for now; null when credit suffices.</summary>
    internal SubsystemWant? Want()
    {
        long credit = SpareBytes;
        if ((credit >= SlabBytes / 2 && credit > 0) || SlabBytes == 0 || ReclaimBelow > Urgency.Optional)
        {
            return null;
        }

        var urgency = (Urgency)Math.Min(Volatile.Read(ref _lackedUrgency), (int)MaxUrgency);
        WantedBytes = Math.Min(SessionCore.MaxBytes, _account.DrawnBytes - credit + SlabBytes);
        return WantedBytes > _account.DrawnBytes ? new SubsystemWant(Name, WantedBytes, urgency) : null;
    }

    /// <summary>Ends the want of an answered exchange. False when it was not met.</summary>
    internal bool SettleWant(TimeSpan now)
    {
        bool met = _account.DrawnBytes >= WantedBytes;
        _metAt = WantedBytes > 0 && met ? now : _metAt;
        WantedBytes = 0;
        return met;
    }

    /// <summary>
    /// Acts on what an order says. True when less is held than before: the authority wants to hear of it at once.
    /// </summary>
    internal bool Obey(SubsystemShare share)
    {
        // Before what it adds, so that nothing of that is taken below must-succeed which is not for it.
        EmergencyBytes = Math.Clamp(share.EmergencyBytes, 0, SessionCore.MaxBytes);
        _account.Keep(EmergencyBytes);
        MaxUrgency = share.MaxUrgency;
        LoansComeHome = share.LoansComeHome;
        ReclaimBelow = share.ReclaimBelow;
        KeepBytes = share.KeepBytes;
        State = share.State;
        return Obey(Math.Clamp(share.TotalBytes, 0, SessionCore.MaxBytes));
    }

    /// <summary>What is held above what was asked to be kept; 0 when nothing is asked back.</summary>
    internal long AboveBytes()
    {
        long below = -KeepBytes;
        ByUrgency leased = _account.LeasedWithin();
        for (int level = 0; level < (int)ReclaimBelow; level++)
        {
            below += leased[level] + Named[level];
        }

        return ReclaimBelow == Urgency.Optional ? 0 : Math.Max(0, below);
    }

    /// <summary>An order without a row for it: it may hold nothing.</summary>
    internal bool ObeyNothing()
    {
        ReclaimBelow = Urgency.Optional;
        return Obey(0);
    }

    private bool Obey(long entitledBytes)
    {
        EntitledBytes = entitledBytes;
        long more = entitledBytes - _account.DrawnBytes;
        if (more > 0)
        {
            _account.Draw(more);
            if (SpareBytes >= SlabBytes / 2)
            {
                Volatile.Write(ref _lackedUrgency, 0);
            }

            return false;
        }

        _account.Surrender(-more);
        if (_account.DrawnBytes > entitledBytes || ReclaimBelow > Urgency.Optional)
        {
            Volatile.Write(ref _highMark, 0);
        }

        return more < 0;
    }

    internal SubsystemHolding Holding()
    {
        ByUrgency leased = _account.LeasedWithin();
        long idle = _account.DrawnBytes - leased.Total;
        long emergency = Math.Min(idle, EmergencyBytes);
        return new SubsystemHolding(Name, idle - emergency, leased) { EmergencyBytes = emergency };
    }

    /// <summary>From now on the leases granted one by one are like those from credit.</summary>
    internal void Fold()
    {
        _account.Fold(Named);
        Named = default;
        Reasons.Fold();
    }

    /// <summary>The authority does not stand behind what is held any more: leases are lost, credit is gone.</summary>
    internal void Abandon()
    {
        CreditAccount old = _account;
        _account = new CreditAccount(this);
        _account.Keep(EmergencyBytes);
        EntitledBytes = 0;
        ReclaimBelow = Urgency.Optional;
        old.Allow(0);
        old.Surrender(long.MaxValue);
        _abandoned.Add(old);
    }

    /// <summary>Bytes in leases that are lost and not yet ended.</summary>
    internal long LostBytes()
    {
        long lost = 0;
        for (int i = _abandoned.Count - 1; i >= 0; i--)
        {
            _abandoned[i].Surrender(long.MaxValue);
            lost += _abandoned[i].DrawnBytes;
            if (_abandoned[i].DrawnBytes == 0)
            {
                _abandoned.RemoveAt(i);
            }
        }

        return lost;
    }

    /// <summary>Drops the credit that may not be used: all but what is kept for must-succeed.</summary>
    internal void Drop(bool all) => _account.Surrender(SessionCore.MaxBytes, all ? 0 : EmergencyBytes);

    // Credit that anybody may use.
    private long SpareBytes => Math.Max(0, _account.CreditBytes - EmergencyBytes);

    private void Lacked(long bytes, Urgency urgency)
    {
        if (bytes > Core.Limits.MaxIdleCreditBytes)
        {
            return;
        }

        if (bytes > Volatile.Read(ref _lackedBytes))
        {
            Volatile.Write(ref _lackedBytes, bytes);
        }

        RaiseUrgency(urgency);
        Core.Signal(Attention.Want);
    }

    private void RaiseUrgency(Urgency urgency)
    {
        if ((int)urgency > Volatile.Read(ref _lackedUrgency))
        {
            Volatile.Write(ref _lackedUrgency, (int)urgency);
        }
    }
}
