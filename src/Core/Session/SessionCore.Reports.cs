namespace Headroom;

/// <content>Openings and exchanges: what is said.</content>
internal sealed partial class SessionCore
{
    /// <summary>
    /// What this process really occupies, which goes with the next exchange; null for nothing to say. Only for whoever
    /// calls <see cref="Step"/>.
    /// </summary>
    internal HeapReading? Heap { get; set; }

    private ExchangeCommand BuildExchange(TimeSpan now)
    {
        Interlocked.Exchange(ref _attention, 0);
        bool asks = now >= _wantsNotBefore && !_closing;
        TakeInEnded();
        if (!_closing)
        {
            SizeSlabs(now >= _renewAt, now);
        }

        long slack = Slack();
        bool ebbs = now >= _ebbedAt + Limits.Ebb;
        _ebbedAt = ebbs ? now : _ebbedAt;
        (long excess, long beyond) = Excess();
        long shortBytes = ShortBytes();
        var holdings = new List<SubsystemHolding>(_subsystems.Count);
        var wants = new List<SubsystemWant>();
        var reasons = new List<ReasonReport>();
        foreach (SubsystemCredit subsystem in _subsystems.Values)
        {
            subsystem.Trim(slack, ebbs, PartOf(excess, subsystem.BeyondSlabBytes, beyond), ref shortBytes);
            subsystem.WantedBytes = 0;
            if (asks && subsystem.Want() is { } want)
            {
                wants.Add(want);
            }

            // Also of nothing: the authority fills the emergency store of a subsystem that it hears of.
            holdings.Add(subsystem.Holding());
            subsystem.Reasons.Report(reasons);
        }

        if (reasons.Count > MaxReasons)
        {
            reasons.RemoveRange(MaxReasons, reasons.Count - MaxReasons);
        }

        return new ExchangeCommand
        {
            Session = _session,
            Epoch = _epoch,
            Seen = _seen,
            Holdings = holdings,
            Wants = wants,
            Released = [.. _released.Take(MaxIdsPerExchange)],
            Cancelled = [.. _cancelled.Concat(_dismissed).Take(MaxIdsPerExchange)],
            MustSucceed = reasons,
            Heap = Heap,
            Settled = SettledAttempts,
        };
    }

    // Before anything is decided: what others ended is credit, and must not look like a lack of it.
    private void TakeInEnded()
    {
        foreach (SubsystemCredit subsystem in _subsystems.Values)
        {
            subsystem.Account.TakeInEnded();
        }
    }

    private void SizeSlabs(bool renewal, TimeSpan now)
    {
        long total = 0;
        foreach (SubsystemCredit subsystem in _subsystems.Values)
        {
            subsystem.Size(Limits, renewal, now);
            total += subsystem.SlabBytes;
        }

        if (total <= Limits.MaxIdleCreditBytes)
        {
            return;
        }

        foreach (SubsystemCredit subsystem in _subsystems.Values)
        {
            subsystem.SlabBytes = (long)((Int128)subsystem.SlabBytes * Limits.MaxIdleCreditBytes / total);
        }
    }

    // What requests wait for that their own subsystems have not: others of the session give it.
    private long ShortBytes()
    {
        long bytes = 0;
        foreach (SubsystemCredit subsystem in _subsystems.Values)
        {
            bytes += subsystem.ShortBytes;
        }

        return bytes;
    }

    // What each may have beyond its slab before it is called idle.
    private long Slack()
    {
        if (_closing || _subsystems.Count == 0)
        {
            return 0;
        }

        long left = Limits.MaxIdleCreditBytes;
        foreach (SubsystemCredit subsystem in _subsystems.Values)
        {
            left -= subsystem.SlabBytes;
        }

        return left / _subsystems.Count;
    }

    // What lies unused beyond what may, and how much the subsystems have beyond their slabs: those give it.
    private (long Excess, long BeyondSlabs) Excess()
    {
        long excess = -Limits.MaxIdleCreditBytes;
        long beyond = 0;
        foreach (SubsystemCredit subsystem in _subsystems.Values)
        {
            excess += subsystem.SpareBytes;
            beyond += subsystem.BeyondSlabBytes;
        }

        return (Math.Min(excess, beyond), beyond);
    }

    // Rounded up: all of it must go.
    private static long PartOf(long excess, long part, long whole) =>
        excess <= 0 ? 0 : (long)((((Int128)excess * part) + whole - 1) / whole);

    // A repeated opening is the first one over again: its holdings are what was held then. What is held now is never
    // more, because nothing raises it before the opening is answered.
    private OpenCommand BuildOpen(Guid freshId)
    {
        if (_phase == Phase.Opening)
        {
            _openAttempts++;
            return _openCommand!;
        }

        DropUnusable();
        TakeInEnded();
        var holdings = new List<SubsystemHolding>(_subsystems.Count);
        foreach (SubsystemCredit subsystem in _subsystems.Values)
        {
            subsystem.Fold();
            subsystem.EntitledBytes = subsystem.Account.DrawnBytes;
            if (subsystem.Account.DrawnBytes > 0)
            {
                holdings.Add(subsystem.Holding());
            }
        }

        // They belong to sessions that end with this opening, and so do the leases and requests that they name.
        _released.Clear();
        _cancelled.Clear();
        _dismissed.Clear();
        _opening++;
        _openAttempts = 1;
        _phase = Phase.Opening;
        Guid replaces = _predecessors.Count == 0 ? Guid.Empty : _predecessors[^1];
        _openCommand = new OpenCommand(freshId, replaces, holdings, _process);
        return _openCommand;
    }
}
