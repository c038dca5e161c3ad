namespace Headroom;

/// <content>The container as a holder of allotment from its host, and what it observes.</content>
public sealed partial class ContainerLedger
{
    /// <summary>The least that is asked for ahead of need, and kept when idle bytes go back: a few slabs.</summary>
    public const long MinStepBytes = 1L << 20;

    /// <summary>The most that is asked for ahead of need.</summary>
    public const long MaxStepBytes = 256L << 20;

    private long _order;
    private long _allotted;
    private TimeSpan _durableTtl;
    private TimeSpan _wantedTtl;
    private TimeSpan _authorityUntil;
    private ByUrgency _hostAvailable;
    private ByUrgency _creditShort;
    private long _hostCalls;
    private int _idleTicks;
    private bool _hostLacks;
    private bool _unasked;
    private long _watchAnswered;

    /// <summary>The number of the last order that this container acted on.</summary>
    public long Order => _order;

    /// <summary>Until when it may grant without confirming its epoch again.</summary>
    public TimeSpan AuthorityUntil => _authorityUntil;

    /// <summary>
    /// Whether a call to the host is due at once: somebody needs allotment, or a longer life of leases, that no call
    /// has asked for yet. What the host could not give is asked for again on the next tick.
    /// </summary>
    public bool NeedsHost => _unasked && !_draining && HostCouldHelp();

    /// <summary>
    /// The message to send to the host now: gives back what is idle, asks for what is lacking, and confirms the
    /// epoch. The ledger already acts as if what it gives back were gone.
    /// </summary>
    /// <param name="tidy">
    /// True on a regular tick: idle allotment goes back when it was idle on the tick before, too.
    /// </param>
    /// <param name="now">Monotonic time.</param>
    /// <returns>
    /// The command without the container's name, and the number of this call for <see cref="Ordered"/>.
    /// </returns>
    public (AllotCommand Command, long Call) CallHost(bool tidy, TimeSpan now)
    {
        Expire(now);
        if (tidy)
        {
            GiveBackIdle();
        }

        if (_hostLacks && !Learning && _queue.Highest >= 0)
        {
            // What the first waiter could not be granted from would be held while waiting for more, as others do there:
            // all give it back, and the first in line gets the whole.
            _allotted = Math.Min(_allotted, CommittedBytes);
        }

        _allotted -= OwedToHost;
        _overdraft = Learning ? _overdraft : Debt;
        (long overdraft, long leastOverdraft) = OverdraftLacking();
        (ByUrgency want, ByUrgency least) = Lacking();
        _creditShort = default;
        _unasked = false;
        _toldFromOthers = _fromOthers;
        return (new AllotCommand
        {
            Container = string.Empty,
            Epoch = Epoch,
            Seen = _order,
            KeepBytes = _allotted,
            WantBytes = want,
            LeastBytes = least,
            AheadBytes = want.Total > 0 ? Step : 0,
            LongestTtl = _wantedTtl,
            LeasedBytes = _leased.Total + _ghosts.Bytes + UnreportedBytes,
            KeepOverdraftBytes = _overdraft,
            OverdraftBytes = overdraft,
            LeastOverdraftBytes = leastOverdraft,
            ReclaimBytes = _fromOthers,
            ReclaimableBytes = Reclaimable(),
        }, ++_hostCalls);
    }

    /// <summary>Acts on the host's answer, or on an order that it pushed.</summary>
    /// <param name="decision">The order.</param>
    /// <param name="call">The call that it answers; 0 for one that was pushed.</param>
    /// <param name="authorityUntil">Until when the host confirmed this authority, by when the call was sent.</param>
    /// <param name="now">Monotonic time.</param>
    public void Ordered(AllotDecision decision, long call, TimeSpan authorityUntil, TimeSpan now)
    {
        Expire(now);
        if (decision.Outcome == Outcome.Fenced)
        {
            _fenced = true;
            _draining = true;
            RefuseAll("another activation is the authority now");
            return;
        }

        if (decision.Order > _order)
        {
            _order = decision.Order;
            _allotted = decision.AllottedBytes;
            _overdraft = decision.OverdraftBytes;
        }

        if (decision.Order >= _order)
        {
            _hostBelow = decision.ReclaimBelow;
            _hostKeep = decision.ReclaimKeepBytes;
        }

        _durableTtl = decision.LongestTtl > _durableTtl ? decision.LongestTtl : _durableTtl;
        _hostAvailable = decision.AvailableBytes;
        _hostLacks = decision.OthersWait;
        _overdraftAvailable = decision.OverdraftAvailableBytes;
        _hostReclaiming = decision.ReclaimingBytes;
        _answeredCall = Math.Max(_answeredCall, call);
        _authorityUntil = authorityUntil > _authorityUntil ? authorityUntil : _authorityUntil;
        Pump(now, call);
        if (RefusePassing(call, null))
        {
            RunShort(now);
        }

        Climb(now);
        AskToCollect(now);
        Conclude();
    }

    /// <summary>A call to the host brought no answer.</summary>
    public void HostFailed(long call, TimeSpan now)
    {
        Expire(now);
        _answeredCall = Math.Max(_answeredCall, call);
        Pump(now);
        RefusePassing(call, "the host's authority did not answer");
        Climb(now);
        Conclude();
    }

    /// <summary>Takes a reading of the machine: corrects the books toward what is really there.</summary>
    public void Observe(Reading reading, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(reading);
        Expire(now);
        var visible = new HashSet<Guid>();
        if (reading.WatchNumber < _watchAnswered)
        {
            // Overtaken by a newer one: what it says of the present is old.
            return;
        }

        _watchAnswered = reading.WatchNumber;
        foreach ((Guid id, long? resident) in reading.Processes)
        {
            if (resident is not { } bytes)
            {
                continue;
            }

            visible.Add(id);
            if (bytes > 0)
            {
                _ghosts.Shrink(id, bytes, reading.WatchNumber, ConfirmedAt);
                continue;
            }

            _ghosts.Remove(id);
            if (_sessions.TryGetValue(id, out Session? session))
            {
                End(session, now);
            }
        }

        if (reading.UsageBytes is not null || reading.HostRead)
        {
            _ghosts.Read(reading.WatchNumber, visible, ConfirmedAt);
        }

        UsageBytes = reading.UsageBytes;
        if (reading.HardLimitBytes != _hardLimit)
        {
            // Its processes' runtimes must hear of it, which read it once.
            _hardLimit = reading.HardLimitBytes;
            _nudges.UnionWith(_sessions.Keys);
        }

        if (reading.UsageBytes is { } usage)
        {
            if (reading.Between)
            {
                _untracked.Raise(usage, AccountedBytes, CreditBytes);
            }
            else
            {
                _untracked.Read(usage, AccountedBytes, CreditBytes);
            }
        }

        SetLimits();
        Finish(now);
    }

    /// <summary>
    /// Whether so little is left below a hard limit that was read that readings are wanted more often: less than the
    /// margin within the limit.
    /// </summary>
    public bool IsNearHardLimit =>
        _hardLimit is { } hard && _limit - _untracked.Bytes - CommittedBytes < Math.Max(0, hard - _limit);

    /// <summary>
    /// What this container wants to know of the machine next: its number, and the processes of its sessions.
    /// </summary>
    public (long Number, IReadOnlyList<(Guid Session, ProcessIdentity Process)> Processes) Watch()
    {
        var processes = new List<(Guid, ProcessIdentity)>(_ghosts.Watched);
        processes.AddRange(_sessions.Values
            .Where(session => session.Process.IsKnown)
            .OrderBy(session => session.Id)
            .Select(session => (session.Id, session.Process)));

        return (++_watch, processes);
    }

    // No other authority was durable then. A newer one may know what lapsed here since.
    private TimeSpan ConfirmedAt => _authorityUntil - _rules.AuthorityLease;

    // What is lacking at each urgency, beyond what the allotment still has room for, and the least of it that would
    // serve somebody. A request that the container's own limit keeps waiting asks nothing of the host, and neither
    // does what waits behind it: there it would hold back others for bytes that it could not use.
    private (ByUrgency Want, ByUrgency Least) Lacking()
    {
        ByUrgency want = default;
        ByUrgency least = default;
        long room = AllotmentRoom;
        long claimed = 0;
        for (int level = ByUrgency.Levels - 1; level >= 0 && !_draining; level--)
        {
            var urgency = (Urgency)level;
            long within = Math.Max(0, LimitRoom(urgency) - claimed);
            (long queued, long first) = Servable(urgency, within);
            long credit = _queue.CountAt(urgency) == 0 ? _creditShort[level] : 0;
            long need = Math.Min(queued + _queue.PassingBytes[level] + credit, within);
            long have = Math.Min(room, need);
            room -= have;
            claimed += need;
            want[level] = need - have;
            least[level] = want[level] > 0 ? Math.Clamp(first - have, 1, want[level]) : 0;
            if (_queue.First(urgency)?.Value.Command.Bytes > within)
            {
                break;
            }
        }

        return (want, least);
    }

    // All that wait at an urgency, when the first fits the limit. When it does not, those that may overtake it and do.
    private (long Bytes, long First) Servable(Urgency urgency, long within)
    {
        LinkedListNode<Waiter>? node = _queue.First(urgency);
        if (node is null)
        {
            return (0, _queue.FirstPassing(urgency)?.Value.Command.Bytes ?? 1);
        }

        if (node.Value.Command.Bytes <= within)
        {
            return (_queue.WaitingBytes[urgency], node.Value.Command.Bytes);
        }

        long bytes = 0;
        long first = 0;
        int may = MaxOvertakes - node.Value.Overtaken;
        for (node = node.Next; node is not null && may > 0; node = node.Next, may--)
        {
            if (node.Value.Command.Bytes <= within - bytes)
            {
                bytes += node.Value.Command.Bytes;
                first = first == 0 ? node.Value.Command.Bytes : first;
            }
        }

        return (bytes, first);
    }

    private long Step => Math.Clamp(_allotted / 4, MinStepBytes, MaxStepBytes);

    private bool HostCouldHelp() =>
        LimitRoom(Urgency.MustSucceed) > AllotmentRoom
        || _wantedTtl > _durableTtl
        || CanRepay
        || OwedToHost > 0
        || OverdraftLacking().Want > 0
        || AsksBeforeRaise();

    // At once when others wait at the host. Otherwise two ticks, so that a pause between two bursts does not send
    // back what is asked for again at once.
    private void GiveBackIdle()
    {
        long slack = CommittedBytes == 0 || _hostLacks ? 0 : Step;
        bool idle = !Learning && _queue.Count == 0 && AllotmentRoom > 2 * slack;
        _idleTicks = idle ? _idleTicks + 1 : 0;
        if (idle && (_hostLacks || _idleTicks >= 2))
        {
            _allotted = CommittedBytes + slack;
            _idleTicks = 0;
        }
    }
}
