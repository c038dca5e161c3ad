namespace Headroom;

/// <content>What is asked back from lower urgencies: one plan for all that wait, in absolute amounts.</content>
public sealed partial class ContainerLedger
{
    private readonly List<Session.Account> _asked = [];
    private readonly List<Lease> _askedLeases = [];
    private readonly List<Session> _askedCredit = [];

    // Leases without a session that are not asked back, for each urgency: the largest are asked first.
    private readonly SortedSet<(long Bytes, long Id)>[] _unaskedLeases = [[], [], [], []];
    private readonly HashSet<Guid> _nudges = [];
    private readonly List<Reclaimed> _reclaims = [];
    private long _pending;
    private ByUrgency _fromOthers;
    private TimeSpan _reclaimedAt;

    // What the host was told of it with the last call.
    private ByUrgency _toldFromOthers;

    /// <summary>Bytes asked back and not yet given back.</summary>
    public long ReclaimingBytes => _pending;

    /// <summary>Sessions that did not give back in time what was asked.</summary>
    public int OverdueSessions => _sessions.Values.Count(session => session.Overdue);

    /// <summary>Drawn bytes that sessions keep for must-succeed alone.</summary>
    public long EmergencyBytes => _books.Values.Sum(book => book.EmergencyBytes);

    /// <summary>Sessions that should exchange at once, since the last call.</summary>
    public IReadOnlyList<Guid> TakeNudges()
    {
        if (_nudges.Count == 0)
        {
            return [];
        }

        Guid[] nudges = [.. _nudges];
        _nudges.Clear();
        return nudges;
    }

    /// <summary>What was asked back, came back or is overdue, since the last call.</summary>
    public IReadOnlyList<Reclaimed> TakeReclaims() => Taken(_reclaims);

    // Idle bytes count as Optional. What is overdue is not coming, and is not offered.
    private ByUrgency Reclaimable()
    {
        ByUrgency bytes = _leased;
        bytes[Urgency.Optional] += CreditBytes - EmergencyBytes + Math.Max(0, AllotmentRoom);
        foreach (Session.Account account in _asked)
        {
            for (int level = 0; account.Overdue && level < (int)account.ReclaimBelow; level++)
            {
                bytes[level] -= account.LeasedBytes[level] + account.NamedBytes[level];
            }
        }

        foreach (Lease lease in _askedLeases)
        {
            bytes[lease.Urgency] -= lease.Overdue ? lease.Bytes : 0;
        }

        bytes[Urgency.MustSucceed] = 0;
        return Learning ? default : bytes;
    }

    private void Plan(TimeSpan now)
    {
        Review(now);
        ByUrgency waiting = default;
        bool any = _hostBelow > Urgency.Optional;
        for (Urgency urgency = Urgency.RiskyToFail; urgency <= Urgency.MustSucceed; urgency++)
        {
            foreach (Waiter waiter in Climbers(urgency))
            {
                waiting[urgency] += waiter.Rung >= Rung.Reclaim ? waiter.Command.Bytes : 0;
                any |= waiter.Rung >= Rung.Reclaim;
            }
        }

        _fromOthers = default;
        if (!any)
        {
            Withdraw(now);
            return;
        }

        _reclaimedAt = now;

        ByUrgency reclaimable = Reclaimable();
        long must = waiting[Urgency.MustSucceed];
        PlanFor(Urgency.MustSucceed, must, reclaimable, now);
        if (waiting[Urgency.RiskyToFail] > 0)
        {
            PlanFor(Urgency.RiskyToFail, must + waiting[Urgency.RiskyToFail], reclaimable, now);
        }

        // The others are asked with a call of its own: the one before only told that there is not enough.
        _unasked |= _fromOthers[Urgency.RiskyToFail] > _toldFromOthers[Urgency.RiskyToFail];
        if (_hostBelow > Urgency.Optional && !Learning)
        {
            Ask(_hostBelow, CommittedBytes - _hostKeep - _pending, now);
            _unasked |= OwedToHost > 0;
        }
    }

    private void PlanFor(Urgency urgency, long bytes, ByUrgency reclaimable, TimeSpan now)
    {
        if (bytes == 0)
        {
            return;
        }

        // Idle allotment is no use of the limit: only what is leased or drawn gives room within it.
        long inside = Learning ? 0 : -Math.Max(0, AllotmentRoom);
        for (int level = 0; level < (int)urgency; level++)
        {
            inside += reclaimable[level];
        }

        long lacksLimit = bytes - (urgency == Urgency.MustSucceed ? HardRoom : LimitRoom(urgency));
        if (lacksLimit > inside)
        {
            // All of it would not be enough: nobody is disturbed in vain.
            return;
        }

        long lacks = Math.Max(bytes - LimitRoom(urgency), bytes - Room(urgency));
        Ask(urgency, Math.Min(lacks, inside) - _pending, now);
        long others = bytes - Room(urgency) - _pending;
        _fromOthers[urgency] = bytes - LimitRoom(urgency) <= _pending ? Math.Max(0, others) : 0;
    }

    // What came back, what is no longer coming, and who let his time pass.
    private void Review(TimeSpan now)
    {
        _pending = 0;
        foreach (Session.Account account in _asked.ToArray())
        {
            Session session = account.Owner;
            if (account.AboveBytes == 0)
            {
                Note(ReclaimStep.Returned, account, account.AskedBytes);
                Acquit(account);
                continue;
            }

            if (!account.Overdue && account.ToldAt is { } told && now >= told + _rules.ReclaimWithin)
            {
                account.Overdue = true;
                session.OverdueAccounts++;
                _nudges.Add(session.Id);
                Note(ReclaimStep.Overdue, account, account.AboveBytes);
            }

            _pending += now < account.AskedUntil ? account.AboveBytes : 0;
        }

        foreach (Lease lease in _askedLeases)
        {
            if (!lease.Overdue && lease.ToldAt is { } told && now >= told + _rules.ReclaimWithin)
            {
                lease.Overdue = true;
                lease.Book.OverdueLeases++;
                Note(ReclaimStep.Overdue, lease);
            }

            _pending += now < lease.AskedUntil ? lease.Bytes : 0;
        }

        _askedCredit.RemoveAll(session => now >= session.CreditUntil);
        foreach (Session session in _askedCredit)
        {
            _pending += IdleCredit(session);
        }
    }

    private static long IdleCredit(Session session)
    {
        long idle = 0;
        foreach (Session.Account account in session.Accounts)
        {
            idle += account.CreditBytes - account.EmergencyBytes;
        }

        return idle;
    }

    // Idle credit costs nobody anything. Then level by level, the largest first, so that few are disturbed.
    private void Ask(Urgency below, long bytes, TimeSpan now)
    {
        if (bytes <= 0 || Learning)
        {
            return;
        }

        bytes -= CreditBytes > 0 ? AskCredit(now) : 0;
        for (int level = 0; level < (int)below && bytes > 0; level++)
        {
            (Session.Account Account, long Bytes)[] victims =
            [
                .. _sessions.Values
                    .SelectMany(session => session.Accounts, (session, account) => (session, account))
                    .Select(pair => (Account: pair.account, Bytes: CanYield(pair.account, level, now)))
                    .Where(victim => victim.Bytes > 0)
                    .OrderByDescending(victim => victim.Bytes)
                    .ThenBy(victim => victim.Account.Owner.Id),
            ];
            long share = below == Urgency.MustSucceed ? 0 : _limit / 100 * HostLedger.FloorSharePercent;
            long most = victims.Sum(victim => victim.Bytes)
                + _unaskedLeases[level].Sum(lease => lease.Bytes) - share;
            long want = Math.Min(bytes, Math.Max(0, most));
            long asked = 0;
            foreach ((Session.Account account, long yields) in victims)
            {
                if (asked >= want)
                {
                    break;
                }

                long take = Math.Min(want - asked, yields);
                Ask(account, (Urgency)(level + 1), take, now);
                asked += take;
            }

            while (asked < want)
            {
                asked += AskLease(level, now);
            }

            bytes -= asked;
        }
    }

    private long AskCredit(TimeSpan now)
    {
        long asked = 0;
        foreach (Session session in _sessions.Values)
        {
            if (now >= session.CreditUntil && IdleCredit(session) is > 0 and { } idle)
            {
                session.CreditUntil = now + _rules.ReclaimWithin;
                _askedCredit.Add(session);
                _nudges.Add(session.Id);
                _pending += idle;
                asked += idle;
            }
        }

        return asked;
    }

    // What was asked of it before takes the lower levels first. One whose time is up is not asked for more.
    private static long CanYield(Session.Account account, int level, TimeSpan now)
    {
        if (account.ReclaimBelow > Urgency.Optional && (account.Overdue || now >= account.AskedUntil))
        {
            return 0;
        }

        long own = account.LeasedBytes[level] + account.NamedBytes[level];
        return Math.Max(0, own - Math.Max(0, account.AboveBytes - account.Below((Urgency)level)));
    }

    private void Ask(Session.Account account, Urgency below, long bytes, TimeSpan now)
    {
        long above = account.AboveBytes + bytes;
        if (account.ReclaimBelow == Urgency.Optional)
        {
            _asked.Add(account);
        }

        account.ReclaimBelow = below > account.ReclaimBelow ? below : account.ReclaimBelow;
        account.KeepBytes = account.Below(account.ReclaimBelow) - above;
        account.AskedUntil = now + _rules.ReclaimWithin;
        account.ToldAt = null;
        _pending += bytes;
        account.AskedBytes += bytes;
        _nudges.Add(account.Owner.Id);
        Note(ReclaimStep.Asked, account, bytes);
    }

    private void Note(ReclaimStep step, Session.Account account, long bytes) => _reclaims.Add(
        new Reclaimed(step, account.Book.Name, account.ReclaimBelow, bytes, account.Owner.Id, 0));

    private void Note(ReclaimStep step, Lease lease) => _reclaims.Add(
        new Reclaimed(step, lease.Book.Name, lease.Urgency, lease.Bytes, Guid.Empty, lease.Id));

    private long AskLease(int level, TimeSpan now)
    {
        (long bytes, long id) = _unaskedLeases[level].Max;
        _unaskedLeases[level].Remove((bytes, id));
        Lease lease = _leases[id];
        lease.Asked = true;
        lease.AskedUntil = now + _rules.ReclaimWithin;
        _askedLeases.Add(lease);
        _pending += bytes;
        Note(ReclaimStep.Asked, lease);
        return bytes;
    }

    // Nobody waits for it any more. Who let his time pass stays marked until he has come down, or for a while; and
    // whoever was told a moment after it was asked, and has not come down by when it was to be there, lets it pass in a
    // moment.
    private void Withdraw(TimeSpan now)
    {
        bool rested = now >= _reclaimedAt + _rules.OverdueRest;
        foreach (Session.Account account in _asked.ToArray())
        {
            if (account.Overdue ? rested : account.ToldAt is null || now < account.AskedUntil)
            {
                Acquit(account);
                _nudges.Add(account.Owner.Id);
            }
        }

        foreach (Lease lease in _askedLeases
            .Where(lease => lease.Overdue ? rested : lease.ToldAt is null || now < lease.AskedUntil).ToArray())
        {
            lease.Book.OverdueLeases -= lease.Overdue ? 1 : 0;
            lease.Overdue = false;
            lease.Asked = false;
            lease.ToldAt = null;
            _askedLeases.Remove(lease);
            _unaskedLeases[(int)lease.Urgency].Add((lease.Bytes, lease.Id));
        }

        Review(now);
    }

    private void Acquit(Session.Account account)
    {
        if (_asked.Remove(account))
        {
            account.Owner.OverdueAccounts -= account.Overdue ? 1 : 0;
            account.ReclaimBelow = Urgency.Optional;
            account.KeepBytes = 0;
            account.AskedBytes = 0;
            account.ToldAt = null;
            account.Overdue = false;
        }
    }

    // A lease without a session can be asked back from when it is granted until it ends.
    private void Offer(Lease lease)
    {
        if (lease is { Session: null, Remote: false } && lease.Urgency < Urgency.MustSucceed)
        {
            _unaskedLeases[(int)lease.Urgency].Add((lease.Bytes, lease.Id));
        }
    }

    private void Unoffer(Lease lease)
    {
        _unaskedLeases[(int)lease.Urgency].Remove((lease.Bytes, lease.Id));
        if (lease.Asked)
        {
            Note(ReclaimStep.Returned, lease);
            _askedLeases.Remove(lease);
            lease.Book.OverdueLeases -= lease.Overdue ? 1 : 0;
        }
    }
}
