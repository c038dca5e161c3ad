namespace Headroom;

/// <summary>
/// A subsystem's part of a session: its account, the leases granted to it one by one, and how much credit it should
/// have.
/// </summary>
internal sealed partial class SubsystemCredit
{
    /// <summary>A slab that is used up in less than this grows.</summary>
    private static readonly TimeSpan FastRefill = TimeSpan.FromSeconds(1);

    /// <summary>More than this times what may lie ready is said at once: it may be more than all may have.</summary>
    private const int MostOver = 2;

    private readonly List<CreditAccount> _abandoned = [];
    private volatile CreditAccount _account;

    // When a want was last met in full, until the slab was sized by it.
    private TimeSpan? _metAt;

    // Hints, written without a lock by threads that lease. A lost one costs a refill that comes a little later, never a
    // byte.
    private long _lowest = long.MaxValue;
    private long _ebb = long.MaxValue;
    private bool _ebbs;
    private long _lackedBytes;
    private int _lackedUrgency;
    private long _lowMark;
    private long _highMark = long.MaxValue;

    // How often credit did not suffice, by urgency.
    private readonly long[] _misses = new long[ByUrgency.Levels];

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

    /// <summary>Parts of the credit, each of one place: what is leased there is leased there first.</summary>
    internal StripeTable Stripes { get; } = new();

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

    /// <summary>More credit than this is to go back at once; a thread keeps a small part of it for itself.</summary>
    internal long HighMark => Volatile.Read(ref _highMark);

    /// <summary>What must-succeed was used for.</summary>
    internal ReasonTally Reasons { get; }

    /// <summary>
    /// Sees to it that a place has enough of the credit, and leases from it. Null when it has to be tried with
    /// <see cref="TryTake"/>.
    /// </summary>
    /// <param name="bytes">The size.</param>
    /// <param name="urgency">The urgency.</param>
    /// <param name="place">Where nobody else is at the same time.</param>
    /// <param name="token">The lease's token.</param>
    /// <param name="look">
    /// Whether to ask now <see cref="SessionCore.IsOver"/>, and to end the lease if it is.
    /// </param>
    internal StripeSlot? TryRefill(long bytes, Urgency urgency, nuint place, out long token, out bool look) =>
        _account.TryRefill(bytes, urgency, place, out token, out look);

    /// <summary>Takes bytes out of credit, and says out of which account.</summary>
    internal bool TryTake(long bytes, Urgency urgency, Urgency held, out CreditAccount account)
    {
        account = _account;
        if (account.TryTake(bytes, urgency, held))
        {
            return true;
        }

        if (urgency == Urgency.MustSucceed && _adrift is { } store && store.TryTake(bytes, urgency, held))
        {
            account = store;
            return true;
        }

        // It may be spread, or have been given back where it waits for the owner of a stripe.
        account.Gather();
        if (account.TryTake(bytes, urgency, held))
        {
            return true;
        }

        // With enough credit it was the gate or the policy, for which more would not help.
        if (account.CreditBytes - (urgency == Urgency.MustSucceed ? 0 : account.EmergencyBytes) >= bytes)
        {
            return false;
        }

        Interlocked.Increment(ref _misses[(int)urgency]);
        Lacked(bytes, urgency);
        return false;
    }

    internal void Took(long left, Urgency urgency)
    {
        // Without what is spread: an idle thread's part is no reason to hold on to all.
        if (left < Volatile.Read(ref _lowest))
        {
            Volatile.Write(ref _lowest, left);
        }

        if (left < Volatile.Read(ref _ebb))
        {
            Volatile.Write(ref _ebb, left);
        }

        long low = Volatile.Read(ref _lowMark);
        if (left < low && RunsLow(low))
        {
            RaiseUrgency(urgency);
            Core.Signal(Attention.Want);
        }
    }

    internal void GaveBack(long credit)
    {
        long high = HighMark;
        if (credit > high)
        {
            Core.Signal(Volatile.Read(ref _ebbs) && credit / MostOver <= high ? Attention.Ebb : Attention.Give);
        }
    }

    /// <summary>Sets what credit should be before the exchange that is built now; consumes the hints.</summary>
    internal void Size(SessionLimits limits, bool renewal, TimeSpan now)
    {
        if (renewal)
        {
            _account.Tidy();
        }

        long lacked = Interlocked.Exchange(ref _lackedBytes, 0);
        long credit = SpareBytes;
        if (lacked > 0 || credit < SlabBytes / 2)
        {
            // A want that is not met must not grow: there is less to have, not more to want.
            long more = SlabBytes < limits.MaxDoubledSlabBytes ? SlabBytes : SlabBytes / 4;
            long grown = now - _metAt < FastRefill ? SlabBytes + more : SlabBytes;
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
            long least = limits.MinSlabBytes / 2;
            if (SlabBytes < least)
            {
                // Who leases a little now and then must not find nothing once in a while.
                SlabBytes = lowest < long.MaxValue ? least : 0;
            }
        }
    }

    /// <summary>Sets when to call for attention, and gives back what is too much.</summary>
    /// <param name="slack">What it may have beyond its slab.</param>
    /// <param name="ebbs">Whether what lay unused since this was last so goes back, too.</param>
    /// <param name="excess">Its part of what the session has too much in all.</param>
    /// <param name="shortElsewhere">
    /// What waiting requests of other subsystems ask for beyond their own credit; less by what is given for them.
    /// </param>
    internal void Trim(long slack, bool ebbs, long excess, ref long shortElsewhere)
    {
        bool reclaims = ReclaimBelow > Urgency.Optional;
        long ahead = reclaims ? 0 : SlabBytes;
        long high = EmergencyBytes + ahead + Math.Min(ahead, slack);
        long credit = _account.CreditBytes;
        long unused = ahead == 0 ? credit : Unused(credit, ebbs);
        long surplus = Math.Max(excess, unused > high ? unused - EmergencyBytes - ahead : 0);
        long owed = OwedToRequests(ref shortElsewhere);
        credit -= _account.Surrender(Math.Max(Math.Max(surplus, owed), _account.DrawnBytes - EntitledBytes));
        bool overdrawn = _account.DrawnBytes > EntitledBytes;

        // The authority fills the store unasked; one that it could not fill needs no message for each lease.
        bool calls = !reclaims && !Asks && (SlabBytes > 0 || _account.CreditBytes >= EmergencyBytes);
        Volatile.Write(ref _lowMark, calls ? EmergencyBytes + (SlabBytes / 2) : 0);
        Volatile.Write(ref _highMark, overdrawn ? 0 : Asks ? EmergencyBytes : high);
        bool spreads = ahead > 0 && !overdrawn && !Asks;
        Volatile.Write(ref _ebbs, spreads);
        _account.Spread(spreads);
        if (credit > high && Volatile.Read(ref _ebbs))
        {
            Core.Signal(Attention.Ebb);
        }
    }

    /// <summary>What to ask for now; null when credit suffices.</summary>
    internal SubsystemWant? Want()
    {
        long credit = SpareBytes;
        if ((credit >= SlabBytes / 2 && credit > 0) || SlabBytes == 0 || ReclaimBelow > Urgency.Optional || Asks)
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
    /// Acts on the amount that an order says. True when less is held than before: the authority wants to hear of it at
    /// once.
    /// </summary>
    internal bool Obey(long entitledBytes)
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
        if (_account.DrawnBytes > entitledBytes)
        {
            Volatile.Write(ref _highMark, 0);
            _account.Spread(false);
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
        old.Retire();
        old.Surrender(long.MaxValue);
        _abandoned.Add(old);
    }

    /// <summary>How it stands. Only under the session's lock.</summary>
    internal SubsystemPicture Picture(bool asksBack)
    {
        SubsystemHolding holding = Holding();
        return new SubsystemPicture(
            Name,
            holding.CreditBytes,
            holding.EmergencyBytes + AdriftBytes,
            holding.LeasedBytes + Named,
            LostBytes(),
            asksBack ? AboveBytes() : 0,
            Stripes.Count().Total,
            new ByUrgency(
                Volatile.Read(ref _misses[0]),
                Volatile.Read(ref _misses[1]),
                Volatile.Read(ref _misses[2]),
                Volatile.Read(ref _misses[3])));
    }

    /// <summary>Bytes in leases that nobody stands behind and that are not yet ended.</summary>
    internal long LostBytes()
    {
        long lost = _adrift is { } store ? store.DrawnBytes - store.CreditBytes : 0;
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

    /// <summary>Of that, what is beyond the slab. Only under the session's lock.</summary>
    internal long BeyondSlabBytes => Math.Max(0, SpareBytes - SlabBytes);

    /// <summary>Credit that anybody may use. Only under the session's lock.</summary>
    internal long SpareBytes => Math.Max(0, _account.CreditBytes - EmergencyBytes);

    // Of the credit, what nobody used since it was looked at for this last; nothing before it is.
    private long Unused(long credit, bool ebbs) =>
        ebbs ? Math.Min(credit, Interlocked.Exchange(ref _ebb, long.MaxValue)) : 0;

    private bool RunsLow(long low)
    {
        if (_account.CreditBytes >= low)
        {
            return false;
        }

        if (!Core.IsAsked(Attention.Want))
        {
            // What others ended may be enough, and costs no message.
            _account.TakeInEnded();
        }

        return _account.CreditBytes < low;
    }

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
