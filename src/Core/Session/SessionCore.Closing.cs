namespace Headroom;

/// <content>The end: giving back what can be given back.</content>
internal sealed partial class SessionCore
{
    /// <summary>Closes the session to takers: from now on exchanges only give back.</summary>
    internal void BeginClosing()
    {
        lock (_lock)
        {
            _closing = true;
            AllowAll();
            foreach (SubsystemCredit subsystem in _subsystems.Values)
            {
                subsystem.SlabBytes = 0;
                subsystem.EndAdrift();
                if (_phase != Phase.Open)
                {
                    subsystem.Account.Surrender(MaxBytes);
                }
            }
        }

        Signal(Attention.Give);
    }

    /// <summary>
    /// After closing began: the sessions whose end the authority may be told, since nothing is held in them any more;
    /// none while leases are held, which are memory in use.
    /// </summary>
    internal IReadOnlyList<Guid> SessionsToClose()
    {
        lock (_lock)
        {
            foreach (SubsystemCredit subsystem in _subsystems.Values)
            {
                subsystem.Account.Surrender(MaxBytes);
                if (subsystem.Account.DrawnBytes > 0 || subsystem.Named.Total > 0)
                {
                    return [];
                }
            }

            List<Guid> sessions = [.. _predecessors];
            if (_session != Guid.Empty && !sessions.Contains(_session))
            {
                sessions.Add(_session);
            }

            if (_openCommand is not null)
            {
                sessions.Add(_openCommand.Session);
            }

            return sessions;
        }
    }

    /// <summary>
    /// After closing began: the exchange that gives back all but the leases that are held; null without a session.
    /// </summary>
    internal SessionTurn? FinalExchange(TimeSpan now)
    {
        lock (_lock)
        {
            LapseIfDue(now);
            _underWay = _phase == Phase.Open ? new SessionTurn { Exchange = BuildExchange(now), SentAt = now } : null;
            return _underWay;
        }
    }
}
