namespace Headroom;

/// <content>Sessions: opening, exchanging, ending.</content>
public sealed partial class ContainerLedger
{
    private readonly TimeSpan _learnUntil;
    private long _mark;
    private long _reported;

    // Sessions that ended or were replaced while learning: a late copy of their opening must not report them again.
    private readonly HashSet<Guid> _over = [];

    /// <summary>Opens a session with what the client already holds. Opening it twice is answered twice alike.</summary>
    /// <returns>
    /// Granted; Fenced for an authority that was replaced; StartAnew when the holdings cannot be believed; Invalid
    /// for a malformed command; Unavailable when there are too many sessions, or this authority may not promise
    /// anything now. Anything but Granted has changed nothing that is held.
    /// </returns>
    public Outcome Open(OpenCommand command, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(command);
        Expire(now);
        if (_fenced)
        {
            return Outcome.Fenced;
        }

        if (_sessions.TryGetValue(command.Session, out Session? known))
        {
            if (!IsAuthority(now))
            {
                return Outcome.Unavailable;
            }

            Renew(known, now);
            return Outcome.Granted;
        }

        if (_ghosts.Knows(command.Session) || _over.Contains(command.Session))
        {
            return Outcome.StartAnew;
        }

        if (command.Session == Guid.Empty || !AreValid(command.Holdings, [], out long total))
        {
            return Outcome.Invalid;
        }

        _sessions.TryGetValue(command.Replaces, out Session? replaced);
        if (!IsAuthority(now) || (replaced is null && _sessions.Count >= MaxSessions))
        {
            return Outcome.Unavailable;
        }

        if (!MayBring(command.Replaces, total, out long baseBytes))
        {
            _ghosts.Disown(command.Replaces, _watch + 1);
            return Outcome.StartAnew;
        }

        if (replaced is not null)
        {
            End(replaced, now);
        }

        MarkOver(command.Replaces);
        _ghosts.Remove(command.Replaces);
        var session = new Session(command.Session, command.Process) { BaseBytes = Math.Min(baseBytes, total) };
        _sessions.Add(session.Id, session);
        Renew(session, now);
        _sessionEnds.Enqueue(session, (session.ExpiresAt, session.Id));
        foreach (SubsystemHolding holding in command.Holdings)
        {
            Session.Account account = Account(session, holding.Subsystem);
            SetBooked(session, account, holding.TotalBytes);
            SetLeased(account, holding.LeasedBytes);
            SetEmergency(account, holding.EmergencyBytes);
            account.TargetBytes = account.BookedBytes;
        }

        Finish(now);
        return Outcome.Granted;
    }

    /// <summary>
    /// Renews a session, takes what it gives back and raises what it may hold as far as there is room at once.
    /// </summary>
    /// <returns>
    /// Granted with the current order; RegisterAgain for another epoch or an unknown session; Fenced or Unavailable
    /// when this authority may not promise anything, the session's longer life included; Invalid for a malformed
    /// command. Anything but Granted has changed nothing.
    /// </returns>
    public ExchangeDecision Exchange(ExchangeCommand command, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(command);
        Expire(now);
        if (command.Epoch != Epoch || !_sessions.TryGetValue(command.Session, out Session? session))
        {
            return NotNow(Outcome.RegisterAgain);
        }

        if (_fenced)
        {
            return NotNow(Outcome.Fenced);
        }

        if (!(AreKnown(session, command) || AreValid(command.Holdings, command.Wants, out _))
            || !AreValid(command.MustSucceed)
            || !IsValid(command.Heap ?? default))
        {
            return NotNow(Outcome.Invalid);
        }

        if (!IsAuthority(now))
        {
            return NotNow(Outcome.Unavailable);
        }

        Renew(session, now);
        Report(session, command.Heap ?? session.Heap, now);
        session.Settle(command.Settled);
        foreach (long id in command.Released)
        {
            if (_leases.TryGetValue(id, out Lease? lease) && lease.Session == session)
            {
                End(lease, now);
            }
        }

        foreach (Guid request in command.Cancelled)
        {
            Withdraw(request, session, now);
        }

        bool unmet = false;
        Count(session, command.MustSucceed);
        if (command.Seen == session.Order)
        {
            TakeBack(session, command.Holdings);
            Pump(now);
            Climb(now);
            bool changed = AskBack(session);
            changed |= Draw(session, command.Wants, now, out unmet);
            if (changed)
            {
                session.Order++;
            }
        }

        Finish(now);
        _nudges.Remove(session.Id);
        return new ExchangeDecision(Outcome.Granted, session.Order, Shares(session, now), Gate, unmet)
        {
            Overdue = session.Overdue,
            ReclaimWithin = _rules.ReclaimWithin,
            HardLimitBytes = _hardLimit,
            Collect = IsToCollect(session, now),
        };
    }

    /// <summary>Ends a session whose client says that it holds nothing any more. Idempotent.</summary>
    public void Close(Guid session, TimeSpan now)
    {
        Expire(now);
        if (_sessions.TryGetValue(session, out Session? known))
        {
            End(known, now);
        }

        _ghosts.Remove(session);
        Finish(now);
    }

    /// <summary>Whether a session is open.</summary>
    public bool IsOpen(Guid session) => _sessions.ContainsKey(session);

    private static ExchangeDecision NotNow(Outcome outcome) => new(outcome, 0, [], 0, false);

    private void MarkOver(Guid session)
    {
        if (Learning && session != Guid.Empty && _over.Count < MaxSessions)
        {
            _over.Add(session);
        }
    }

    // At most what is booked for the session that it replaces: the books never say less than what a client holds. While
    // learning, at most what of the mark nobody else has reported.
    private bool MayBring(Guid replaces, long total, out long baseBytes)
    {
        baseBytes = 0;
        if (replaces != Guid.Empty && _sessions.TryGetValue(replaces, out Session? live))
        {
            baseBytes = live.BaseBytes;
            return total <= live.DrawnBytes + live.NamedBytes;
        }

        if (replaces != Guid.Empty && _ghosts.Knows(replaces))
        {
            baseBytes = _ghosts.Base(replaces);
            return total <= _ghosts.Find(replaces);
        }

        if (Learning && total <= _mark - _reported)
        {
            baseBytes = total;
            _reported += total;
            return true;
        }

        return total == 0;
    }

    // What is malformed, or names more subsystems than there is room for, is found before anything changes.
    private bool AreValid(
        IReadOnlyList<SubsystemHolding> holdings, IReadOnlyList<SubsystemWant> wants, out long total)
    {
        total = 0;
        if (holdings.Count > MaxSubsystems || wants.Count > MaxSubsystems)
        {
            return false;
        }

        var seen = new HashSet<string>(holdings.Count, StringComparer.Ordinal);
        foreach (SubsystemHolding holding in holdings)
        {
            if (!ResourceName.IsValid(holding.Subsystem) || !seen.Add(holding.Subsystem) || !AreAmounts(holding))
            {
                return false;
            }

            total += holding.TotalBytes;
        }

        foreach (SubsystemWant want in wants)
        {
            if (!ResourceName.IsValid(want.Subsystem) || !IsWant(want))
            {
                return false;
            }

            seen.Add(want.Subsystem);
        }

        return HasRoomForBooks(seen);
    }

    // The usual case of AreValid, found with less effort: each row is of another subsystem that the session uses
    // already.
    private static bool AreKnown(Session session, ExchangeCommand command)
    {
        int at = 0;
        int behind = 0;
        IReadOnlyList<SubsystemHolding> holdings = command.Holdings;
        for (int row = 0; row < holdings.Count; row++, behind = at)
        {
            SubsystemHolding holding = holdings[row];
            if (session.Accounts.Find(holding.Subsystem, ref at) is null || at <= behind || !AreAmounts(holding))
            {
                return false;
            }
        }

        at = 0;
        IReadOnlyList<SubsystemWant> wants = command.Wants;
        for (int row = 0; row < wants.Count; row++)
        {
            SubsystemWant want = wants[row];
            if (session.Accounts.Find(want.Subsystem, ref at) is null || !IsWant(want))
            {
                return false;
            }
        }

        return wants.Count <= MaxSubsystems;
    }

    private static bool IsWant(SubsystemWant want) =>
        IsAmount(want.TotalBytes) && want.Urgency <= Urgency.MustSucceed;

    private static bool AreAmounts(SubsystemHolding holding) =>
        IsAmount(holding.CreditBytes)
        && IsAmount(holding.EmergencyBytes)
        && IsAmount(holding.LeasedBytes[0])
        && IsAmount(holding.LeasedBytes[1])
        && IsAmount(holding.LeasedBytes[2])
        && IsAmount(holding.LeasedBytes[3])
        && IsAmount(holding.TotalBytes);

    // Nothing real is larger, and a thousand subsystems of four such amounts still add up without overflow.
    private static bool IsAmount(long bytes) => bytes is >= 0 and <= HostLedger.MaxCapacityBytes;

    // Never earlier than before: the queue of ends has it at its old time.
    private void Renew(Session session, TimeSpan now)
    {
        TimeSpan until = now + _rules.SessionTtl + Grace(_rules.SessionTtl);
        session.ExpiresAt = until > session.ExpiresAt ? until : session.ExpiresAt;
    }

    private void End(Session session, TimeSpan now)
    {
        foreach (Lease lease in session.Leases.ToArray())
        {
            // The same request in a new session is a new one: what it was granted here is gone with the session.
            _answers.Forget(lease.RequestId);
            End(lease);
        }

        foreach (Guid request in session.Waiting.ToArray())
        {
            Settle(_queue.Find(request)!, new LeaseDecision { Outcome = Outcome.RegisterAgain });
        }

        foreach (Session.Account account in session.Accounts.ToArray())
        {
            Remove(session, account);
        }

        Discount(session);
        _askedCredit.Remove(session);
        _nudges.Remove(session.Id);
        _collectable.Remove(session.Id);
        MarkOver(session.Id);
        _sessions.Remove(session.Id);
        _sessionEnds.Remove(session, out _, out _);
    }
}
