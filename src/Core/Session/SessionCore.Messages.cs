namespace Headroom;

/// <content>Answers to openings and exchanges: what they change.</content>
internal sealed partial class SessionCore
{
    /// <summary>The authority answered an opening.</summary>
    /// <param name="turn">The message that was answered.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="now">The time.</param>
    /// <param name="jitter">By chance, 0 to less than 1.</param>
    internal void Opened(SessionTurn turn, OpenAnswer answer, TimeSpan now, double jitter)
    {
        lock (_lock)
        {
            LapseIfDue(now);
            bool awaited = ReferenceEquals(turn, _underWay);
            _underWay = awaited ? null : _underWay;
            if (_phase != Phase.Opening
                || answer.Session != _openCommand!.Session
                || turn.Open?.Session != answer.Session)
            {
                return;
            }

            if (answer.Outcome == Outcome.Granted)
            {
                _failures = 0;
                Enter(turn, answer, now, jitter);
            }
            else if (awaited && answer.Outcome == Outcome.StartAnew)
            {
                _failures = 0;
                Disbelieved();
            }
            else if (awaited)
            {
                Pause(now, jitter);
            }

            AssertInvariants();
        }
    }

    /// <summary>The authority answered an exchange.</summary>
    /// <param name="turn">The message that was answered.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="now">The time.</param>
    /// <param name="jitter">By chance, 0 to less than 1.</param>
    internal void Exchanged(SessionTurn turn, OrderAnswer answer, TimeSpan now, double jitter)
    {
        lock (_lock)
        {
            LapseIfDue(now);
            bool awaited = ReferenceEquals(turn, _underWay);
            _underWay = awaited ? null : _underWay;
            if (_phase != Phase.Open || answer.Session != _session || turn.Exchange?.Session != _session)
            {
                return;
            }

            switch (answer.Outcome)
            {
                case Outcome.Granted when answer.Epoch == _epoch:
                    Acted(turn, answer, awaited, now, jitter);
                    break;
                case Outcome.RegisterAgain or Outcome.Fenced:
                    Leave();
                    if (awaited)
                    {
                        Pause(now, jitter);
                    }

                    break;
                case Outcome.StartAnew:
                    Leave();
                    StartAnew();
                    break;
                default:
                    if (awaited)
                    {
                        Pause(now, jitter);
                    }

                    break;
            }

            AssertInvariants();
        }
    }

    private void Enter(SessionTurn turn, OpenAnswer answer, TimeSpan now, double jitter)
    {
        _phase = Phase.Open;
        _session = answer.Session;
        _epoch = answer.Epoch;
        _seen = 0;
        _gate = answer.Gate;
        _ttl = answer.Ttl;
        _openCommand = null;
        _predecessors.Clear();
        _notBefore = TimeSpan.MinValue;
        _wantsNotBefore = TimeSpan.MinValue;
        _wantPause = TimeSpan.Zero;
        Renew(turn, jitter);

        // What was given back since the opening said it was held is nobody's: the authority believed what was said, but
        // may have given it away before.
        DropUnusable();
        _usable = true;
        _overdue = false;
        foreach (SubsystemCredit subsystem in _subsystems.Values)
        {
            subsystem.EndAdrift();
            subsystem.Forgive();
        }

        AllowAll();

        // What was asked for or given back while it opened goes out now.
        Interlocked.Or(ref _attention, (int)(Attention.Give | Attention.Want));
        LapseIfDue(now);
    }

    private TimeSpan LapseAfter(SessionTurn turn) => turn.SentAt + (_ttl * 0.9);

    // Counted from when the answered message was sent, less a tenth: the authority counts from when it arrived.
    private void Renew(SessionTurn turn, double jitter)
    {
        Volatile.Write(ref _lapsesAtTicks, LapseAfter(turn).Ticks);
        _renewAt = turn.SentAt + (_ttl / 3 * (0.9 + (0.2 * jitter)));
    }

    // An earlier copy of an opening may have been granted and its session have ended since: then the authority has that
    // session on its books, and the next opening replaces it. Otherwise what it was to replace is unknown there, or was
    // seen to hold less than the opening said, which is as old as its first copy: when less is held by now, that is
    // said before all is given up.
    private void Disbelieved()
    {
        _phase = Phase.Unopened;
        DropUnusable();
        long held = _subsystems.Values.Sum(subsystem => subsystem.Account.DrawnBytes);
        if (_openAttempts > 1)
        {
            _predecessors.Add(_openCommand!.Session);
        }
        else if (held == _openCommand!.Holdings.Sum(holding => holding.TotalBytes))
        {
            _predecessors.Remove(_openCommand.Replaces);
            if (_predecessors.Count == 0)
            {
                StartAnew();
            }
        }

        _openCommand = null;
    }

    private void StartAnew()
    {
        _usable = false;
        _predecessors.Clear();
        foreach (SubsystemCredit subsystem in _subsystems.Values)
        {
            subsystem.Fold();
            subsystem.Abandon();
        }

        // Leases with an id are of an opening that is over: they were folded, and are lost with the rest.
        _opening++;
        _released.Clear();
        _cancelled.Clear();
        _dismissed.Clear();
    }

    private void Acted(SessionTurn turn, OrderAnswer answer, bool awaited, TimeSpan now, double jitter)
    {
        _failures = 0;
        _notBefore = awaited ? TimeSpan.MinValue : _notBefore;
        if (LapseAfter(turn).Ticks > Volatile.Read(ref _lapsesAtTicks))
        {
            Renew(turn, jitter);
        }

        Acknowledged(turn.Exchange!);
        bool lowered = false;
        if (awaited || answer.Order > _seen)
        {
            _gate = answer.Gate;
            lowered = Heed(answer, now);
        }

        lowered |= answer.Order > _seen && Obey(answer);
        if (awaited)
        {
            SpaceWants(now);
        }

        AllowAll();
        if (lowered || _released.Count > 0 || _cancelled.Count > 0)
        {
            Interlocked.Or(ref _attention, (int)Attention.Give);
        }
    }

    private bool Obey(OrderAnswer answer)
    {
        _seen = answer.Order;
        var shares = new Dictionary<string, SubsystemShare>(answer.Shares.Count, StringComparer.Ordinal);
        foreach (SubsystemShare share in answer.Shares)
        {
            shares[share.Subsystem] = share;
        }

        bool lowered = false;
        foreach (SubsystemCredit subsystem in _subsystems.Values)
        {
            bool named = shares.TryGetValue(subsystem.Name, out SubsystemShare share);
            lowered |= subsystem.Obey(named ? Math.Clamp(share.TotalBytes, 0, MaxBytes) : 0);
        }

        return lowered;
    }

    // What is asked back and how subsystems stand is no part of an order: it changes without a new one.
    private bool Heed(OrderAnswer answer, TimeSpan now)
    {
        _overdue = answer.Overdue;
        bool lowered = false;
        foreach (SubsystemShare share in answer.Shares)
        {
            if (_subsystems.TryGetValue(share.Subsystem, out SubsystemCredit? subsystem))
            {
                lowered |= subsystem.Heed(share, now + answer.ReclaimWithin);
            }
        }

        return lowered;
    }

    private void Acknowledged(ExchangeCommand exchange)
    {
        if (exchange.Released.Count > 0)
        {
            var released = exchange.Released.ToHashSet();
            _released.RemoveAll(released.Contains);
        }

        if (exchange.Cancelled.Count > 0)
        {
            var cancelled = exchange.Cancelled.ToHashSet();
            _cancelled.RemoveAll(cancelled.Contains);
            _dismissed.RemoveAll(cancelled.Contains);
        }
    }

    // There was less than was wanted: asking again at once would only cost messages.
    private void SpaceWants(TimeSpan now)
    {
        bool wanted = false;
        bool unmet = false;
        foreach (SubsystemCredit subsystem in _subsystems.Values)
        {
            wanted |= subsystem.WantedBytes > 0;
            unmet |= !subsystem.SettleWant(now);
        }

        if (unmet)
        {
            TimeSpan doubled = _wantPause * 2;
            _wantPause = doubled < Limits.MinWantPause ? Limits.MinWantPause
                : doubled > Limits.MaxWantPause ? Limits.MaxWantPause : doubled;
            _wantsNotBefore = now + _wantPause;
        }
        else if (wanted)
        {
            _wantPause = TimeSpan.Zero;
            _wantsNotBefore = TimeSpan.MinValue;
        }
    }
}
