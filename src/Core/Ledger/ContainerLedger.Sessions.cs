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
        var session = new Session(command.Session, command.Process) { BaseBytes = baseBytes };
        _sessions.Add(session.Id, session);
        session.ExpiresAt = now;
        _sessionEnds.Add((now, session.Id));
        Renew(session, now);
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

        if (!AreValid(command.Holdings, command.Wants, out _)
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
            if (!ResourceName.IsValid(want.Subsystem)
                || !IsAmount(want.TotalBytes)
                || want.Urgency > Urgency.MustSucceed)
            {
                return false;
            }

            seen.Add(want.Subsystem);
        }

        return HasRoomForBooks(seen);
    }

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

    private void Renew(Session session, TimeSpan now)
    {
        _sessionEnds.Remove((session.ExpiresAt, session.Id));
        session.ExpiresAt = now + _rules.SessionTtl + Grace(_rules.SessionTtl);
        _sessionEnds.Add((session.ExpiresAt, session.Id));
    }

    private Session.Account Account(Session session, string subsystem)
    {
        if (!session.Accounts.TryGetValue(subsystem, out Session.Account? account))
        {
            SubsystemBook book = Book(subsystem)
                ?? throw new LedgerException($"There was no room for {subsystem}, though the command was found valid.");
            account = new Session.Account(session, book);
            session.Accounts.Add(subsystem, account);
            book.Users++;
        }

        return account;
    }

    private void Remove(Session session, Session.Account account)
    {
        Acquit(account);
        SetEmergency(account, 0);
        SetLeased(account, default);
        SetBooked(session, account, 0);
        session.Accounts.Remove(account.Book.Name);
        account.Book.Users--;
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

        foreach (Session.Account account in session.Accounts.Values.ToArray())
        {
            Remove(session, account);
        }

        Discount(session);
        _nudges.Remove(session.Id);
        _collectable.Remove(session.Id);
        MarkOver(session.Id);
        _sessions.Remove(session.Id);
        _sessionEnds.Remove((session.ExpiresAt, session.Id));
    }

    private void SetBooked(Session session, Session.Account account, long bytes)
    {
        long delta = bytes - account.BookedBytes;
        account.BookedBytes = bytes;
        account.Book.CreditBytes += delta;
        _held += delta;
        _beyond -= session.BeyondBytes;
        session.DrawnBytes += delta;
        _beyond += session.BeyondBytes;
    }

    private void SetLeased(Session.Account account, ByUrgency leased)
    {
        ByUrgency delta = leased - account.LeasedBytes;
        account.LeasedBytes = leased;
        account.Book.AddLeased(delta);
        account.Book.CreditBytes -= delta.Total;
        _leased += delta;
    }

    // Never more than the policy keeps, nor than there is.
    private void SetEmergency(Session.Account account, long bytes)
    {
        long most = Math.Min(account.CreditBytes, Policy(account.Book.Name).EmergencyCreditBytes);
        long kept = Math.Clamp(bytes, 0, Math.Max(0, most));
        account.Book.EmergencyBytes += kept - account.EmergencyBytes;
        account.EmergencyBytes = kept;
    }
}
