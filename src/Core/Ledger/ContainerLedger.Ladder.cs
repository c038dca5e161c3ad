namespace Headroom;

/// <content>How a request that waits climbs: what each rung was asked, and when the next one is due.</content>
public sealed partial class ContainerLedger
{
    // A bounded look: those behind wait for the same bytes, and climb when their turn comes.
    private const int MaxClimbers = 256;

    private readonly List<Guid> _exhausted = [];
    private long _overdraft;
    private long _overdraftAvailable;
    private long _hard;
    private long _answeredCall;
    private long _hostReclaiming;
    private Urgency _hostBelow;
    private long _hostKeep;

    /// <summary>Bytes given beyond the allotment, for must-succeed alone.</summary>
    public long OverdraftBytes => _overdraft;

    /// <summary>
    /// When <see cref="Tick"/> has something to do before the next regular one; null for nothing. While it may not
    /// grant nobody climbs: what is due then is due when it may again, which is a transition of its own.
    /// </summary>
    public TimeSpan? DueAt(TimeSpan now)
    {
        if (!MayGrant(now) || _queue.CountAt(Urgency.MustSucceed) == 0)
        {
            return null;
        }

        TimeSpan? due = null;
        foreach (Waiter waiter in Climbers(Urgency.MustSucceed))
        {
            TimeSpan? at = waiter.Rung switch
            {
                Rung.Reclaim => waiter.ReclaimUntil,
                Rung.Overdraft when !waiter.Raised => waiter.ResizeUntil,
                Rung.Loan when waiter.LoanTried => LastResortAt(waiter),
                _ => null,
            };
            due = at < due || due is null ? at ?? due : due;
        }

        return due;
    }

    /// <summary>Requests that wait and that nothing at home can meet now, since the last call.</summary>
    public IReadOnlyList<Guid> TakeExhausted() => Taken(_exhausted);

    private static T[] Taken<T>(List<T> list)
    {
        if (list.Count == 0)
        {
            return [];
        }

        T[] taken = [.. list];
        list.Clear();
        return taken;
    }

    // What may be in use with the overdraft, and what the kernel would still honour.
    private long OverdraftRoom => _allotted + _overdraft - CommittedBytes;

    private long HardRoom => _hard - _untracked.Bytes - CommittedBytes;

    private long Room(Urgency urgency) =>
        (urgency < _hostBelow ? Math.Min(_allotted, _hostKeep) : _allotted) - CommittedBytes;

    private bool FitsOverdraft(Waiter waiter) =>
        waiter.Rung >= Rung.Overdraft
        && waiter.Command.Bytes <= OverdraftRoom
        && waiter.Command.Bytes <= HardRoom
        && LifeOf(waiter.Command) <= _durableTtl;

    // Nobody waits who may climb, nothing is asked back, and no subsystem has come to its last resort.
    private bool IsCalm =>
        _queue.Highest < (int)Urgency.RiskyToFail && _hostBelow == Urgency.Optional && _asked.Count == 0
        && _askedLeases.Count == 0 && _askedCredit.Count == 0 && _troubled == 0;

    private IEnumerable<Waiter> Climbers(Urgency urgency)
    {
        LinkedListNode<Waiter>? node = _queue.First(urgency);
        for (int looked = 0; node is not null && looked < MaxClimbers; looked++)
        {
            yield return node.Value;
            node = node.Next;
        }
    }

    private void Climb(TimeSpan now)
    {
        if (!MayGrant(now))
        {
            return;
        }

        ClimbRungs(now);
        if (AimHigher(now))
        {
            Pump(now);
            ClimbRungs(now);
        }
    }

    private void ClimbRungs(TimeSpan now)
    {
        if (IsCalm)
        {
            _pending = 0;
            _fromOthers = default;
            return;
        }

        for (Urgency urgency = Urgency.RiskyToFail; urgency <= Urgency.MustSucceed; urgency++)
        {
            foreach (Waiter waiter in Climbers(urgency))
            {
                if (waiter.Rung == Rung.Host
                    && (_answeredCall >= waiter.HostCall || waiter.Command.Bytes > LimitRoom(urgency)))
                {
                    waiter.Rung = Rung.Reclaim;
                    waiter.ReclaimUntil = now + _rules.ReclaimWithin;
                }
            }
        }

        Plan(now);
        bool coming = _pending > 0 || _hostReclaiming > 0;
        for (Urgency urgency = Urgency.RiskyToFail; urgency <= Urgency.MustSucceed && coming; urgency++)
        {
            foreach (Waiter waiter in Climbers(urgency))
            {
                waiter.Reclaimed |= waiter.Rung == Rung.Reclaim;
            }
        }

        foreach (Waiter waiter in Climbers(Urgency.MustSucceed))
        {
            if (waiter.Rung == Rung.Reclaim && IsReclaimOver(waiter, now))
            {
                waiter.Rung = Rung.Overdraft;
                waiter.RungCall = _hostCalls + 1;
                _unasked |= waiter.Command.Bytes <= Math.Max(HardRoom, Raisable(now));
            }

            if (waiter.Rung == Rung.Overdraft && IsOverdraftOver(waiter, now))
            {
                waiter.Rung = Rung.Loan;
                _exhausted.Add(waiter.Command.RequestId);
            }
        }

        ResortTo(now);
    }

    // Over as soon as nothing more is coming, from here or from other containers, or when the time is up.
    private bool IsReclaimOver(Waiter waiter, TimeSpan now)
    {
        if (now >= waiter.ReclaimUntil)
        {
            return true;
        }

        if (_pending > 0)
        {
            return false;
        }

        if (_fromOthers[Urgency.MustSucceed] == 0)
        {
            return true;
        }

        if (waiter.RungCall == 0)
        {
            waiter.RungCall = _hostCalls + 1;
            _unasked = true;
        }

        return _answeredCall >= waiter.RungCall && _hostReclaiming == 0;
    }

    // Those that stand on the rung, or stood there in vain: what of them the overdraft would have to bring. A first one
    // that is larger than what the host has left must not keep it from smaller ones, which may overtake it a bounded
    // number of times.
    private (long Want, long Least) OverdraftLacking()
    {
        long want = 0;
        long least = 0;
        long head = 0;
        int may = MaxOvertakes;
        long most = Math.Min(HardRoom, OverdraftRoom + _overdraftAvailable);
        foreach (Waiter waiter in Climbers(Urgency.MustSucceed))
        {
            long bytes = waiter.Command.Bytes;
            if (waiter.Rung < Rung.Overdraft || bytes > HardRoom)
            {
                continue;
            }

            bool first = head == 0;
            may = first ? MaxOvertakes - waiter.Overtaken : may;
            head = first ? bytes : head;
            if (want + bytes <= most && (first || may-- > 0))
            {
                want += bytes;
                least = least == 0 ? bytes : least;
            }
        }

        want = Math.Max(0, (want == 0 ? head : want) - OverdraftRoom);
        return (want, Math.Clamp((least == 0 ? head : least) - OverdraftRoom, 0, want));
    }

    // Debts are repaid first: whatever is released lowers the overdraft before it is of use to anybody else.
    private long Debt => Math.Clamp(CommittedBytes - _allotted, 0, _overdraft);

    private bool CanRepay => !Learning && _overdraft > Debt && _queue.CountAt(Urgency.MustSucceed) == 0;

    // The host asks for allotment: what is above it, and not in use.
    private long OwedToHost =>
        _hostBelow > Urgency.Optional && !Learning ? Math.Max(0, _allotted - Math.Max(_hostKeep, CommittedBytes)) : 0;
}
