namespace Headroom;

/// <content>Sessions: opening, exchanging, ending.</content>
public sealed partial class ContainerLedger
{
    private readonly TimeSpan _learnUntil;
    private long _mark;
    private long _reported;

    // Each is reported once: what was learned and then ended must not be learned again from a late message.
    private readonly HashSet<long> _learned = [];

    /// <summary>Opens a session with what the client already holds.</summary>
    /// <returns>
    /// Granted; StartAnew when the holdings cannot be believed; Invalid for a malformed command; Unavailable when there are
    /// too many sessions. Anything but Granted has changed nothing.
    /// </returns>
    public Outcome Open(OpenCommand command, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(command);
        Expire(now);
        if (_sessions.TryGetValue(command.Session, out Session? known))
        {
            Renew(known, now);
            return Outcome.Granted;
        }

        if (command.Session == Guid.Empty || !AreValid(command.Holdings, out long total))
        {
            return Outcome.Invalid;
        }

        if (_ghosts.Knows(command.Session))
        {
            return Outcome.StartAnew;
        }

        if (_sessions.Count == MaxSessions)
        {
            return Outcome.Unavailable;
        }

        if (!MayBring(command.Replaces, total, out long baseBytes))
        {
            return Outcome.StartAnew;
        }

        if (_sessions.TryGetValue(command.Replaces, out Session? replaced))
        {
            End(replaced, now);
        }

        _ghosts.Remove(command.Replaces);
        var session = new Session(command.Session, command.Process) { BaseBytes = baseBytes };
        _sessions.Add(session.Id, session);
        session.ExpiresAt = now;
        _sessionEnds.Add((now, session.Id));
        Renew(session, now);
        foreach (SubsystemHolding holding in command.Holdings)
        {
            Session.Account account = Account(session, holding.Subsystem)!;
            SetBooked(session, account, holding.TotalBytes);
            SetLeased(account, holding.LeasedBytes);
            account.TargetBytes = account.BookedBytes;
        }

        Finish(now);
        return Outcome.Granted;
    }

    /// <summary>Renews a session, takes what it gives back and raises what it may hold as far as there is room at once.</summary>
    public ExchangeDecision Exchange(ExchangeCommand command, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(command);
        Expire(now);
        if (command.Epoch != Epoch || !_sessions.TryGetValue(command.Session, out Session? session))
        {
            return new ExchangeDecision(Outcome.RegisterAgain, 0, [], 0, false);
        }

        if (!AreValid(command.Holdings, out _) || !AreValid(command.Wants))
        {
            return new ExchangeDecision(Outcome.Invalid, 0, [], 0, false);
        }

        Renew(session, now);
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
        if (command.Seen == session.Order)
        {
            TakeBack(session, command.Holdings);
            Pump(now);
            bool changed = AskBack(session);
            changed |= Draw(session, command.Wants, now, out unmet);
            if (changed)
            {
                session.Order++;
            }
        }

        Finish(now);
        return new ExchangeDecision(Outcome.Granted, session.Order, Shares(session), Gate, unmet);
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

    private bool AreValid(IReadOnlyList<SubsystemHolding> holdings, out long total)
    {
        total = 0;
        int fresh = 0;
        if (holdings.Count > MaxSubsystems)
        {
            return false;
        }

        var seen = new HashSet<string>(holdings.Count, StringComparer.Ordinal);
        foreach (SubsystemHolding holding in holdings)
        {
            if (!ResourceName.IsValid(holding.Subsystem)
                || !seen.Add(holding.Subsystem)
                || !IsAmount(holding.CreditBytes)
                || !IsAmount(holding.LeasedBytes[0])
                || !IsAmount(holding.LeasedBytes[1])
                || !IsAmount(holding.LeasedBytes[2])
                || !IsAmount(holding.LeasedBytes[3])
                || !IsAmount(holding.TotalBytes))
            {
                return false;
            }

            fresh += _books.ContainsKey(holding.Subsystem) ? 0 : 1;
            total += holding.TotalBytes;
        }

        return _books.Count + fresh <= MaxSubsystems;
    }

    private bool AreValid(IReadOnlyList<SubsystemWant> wants)
    {
        if (wants.Count > MaxSubsystems)
        {
            return false;
        }

        foreach (SubsystemWant want in wants)
        {
            if (!IsAmount(want.TotalBytes) || want.Urgency > Urgency.MustSucceed || Book(want.Subsystem) is null)
            {
                return false;
            }
        }

        return true;
    }

    // Nothing real is larger, and a thousand subsystems of four such amounts still add up without overflow.
    private static bool IsAmount(long bytes) => bytes is >= 0 and <= 1L << 48;

    private void Renew(Session session, TimeSpan now)
    {
        _sessionEnds.Remove((session.ExpiresAt, session.Id));
        session.ExpiresAt = now + _rules.SessionTtl + Grace(_rules.SessionTtl);
        _sessionEnds.Add((session.ExpiresAt, session.Id));
    }

    private Session.Account? Account(Session session, string subsystem)
    {
        if (!session.Accounts.TryGetValue(subsystem, out Session.Account? account) && Book(subsystem) is { } book)
        {
            account = new Session.Account(book);
            session.Accounts.Add(subsystem, account);
        }

        return account;
    }

    private void TakeBack(Session session, IReadOnlyList<SubsystemHolding> holdings)
    {
        int rows = 0;
        foreach (SubsystemHolding holding in holdings)
        {
            Session.Account account = Account(session, holding.Subsystem)!;
            rows++;
            long keep = Math.Min(account.BookedBytes, holding.TotalBytes);

            // A client that reports more leased than it drew breaks I3; what it may hold is what is booked.
            ByUrgency leased = holding.LeasedBytes.Total <= keep ? holding.LeasedBytes : account.LeasedBytes;
            SetLeased(account, default);
            SetBooked(session, account, Math.Max(keep, leased.Total));
            SetLeased(account, leased);

            // The client has acted on the current order, and this is what it keeps.
            account.TargetBytes = account.BookedBytes;
        }

        if (rows < session.Accounts.Count)
        {
            var named = new HashSet<string>(holdings.Select(holding => holding.Subsystem), StringComparer.Ordinal);
            string[] gone = [.. session.Accounts.Keys.Where(name => !named.Contains(name))];
            foreach (string name in gone)
            {
                Session.Account account = session.Accounts[name];
                SetLeased(account, default);
                SetBooked(session, account, 0);
                session.Accounts.Remove(name);
            }
        }
    }

    // Credit lies idle while somebody waits: ask for it by an order for less. It is free when the client says so.
    private bool AskBack(Session session)
    {
        bool waits = _queue.Highest >= 0;
        bool changed = false;
        foreach (Session.Account account in session.Accounts.Values)
        {
            long target = waits ? account.LeasedBytes.Total : account.BookedBytes;
            changed |= target != account.TargetBytes;
            account.TargetBytes = target;
        }

        return changed;
    }

    private bool Draw(Session session, IReadOnlyList<SubsystemWant> wants, TimeSpan now, out bool unmet)
    {
        unmet = false;
        if (wants.Count == 0 || !MayGrant(now))
        {
            return false;
        }

        bool changed = false;
        foreach (SubsystemWant want in wants.OrderByDescending(want => want.Urgency))
        {
            Session.Account account = Account(session, want.Subsystem)!;
            long lacking = want.TotalBytes - account.BookedBytes;
            if (lacking <= 0 || want.Urgency > Policy(want.Subsystem).MaxUrgency || _queue.Highest >= (int)want.Urgency)
            {
                continue;
            }

            long room = LimitRoom(want.Urgency);
            long give = Math.Min(lacking, Math.Min(AllotmentRoom, room));
            if (give < lacking && give < room)
            {
                unmet = true;
                _unasked = true;
                _creditShort += ByUrgency.Of(want.Urgency, Math.Min(lacking, room) - Math.Max(0, give));
            }

            if (give > 0)
            {
                SetBooked(session, account, account.BookedBytes + give);
                account.TargetBytes = account.BookedBytes;
                changed = true;
            }
        }

        return changed;
    }

    private SubsystemShare[] Shares(Session session)
    {
        var shares = new SubsystemShare[session.Accounts.Count];
        int row = 0;
        foreach ((string name, Session.Account account) in session.Accounts)
        {
            shares[row++] = new SubsystemShare(name, account.TargetBytes, Policy(name).MaxUrgency);
        }

        return shares;
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

        foreach (Session.Account account in session.Accounts.Values)
        {
            SetLeased(account, default);
            SetBooked(session, account, 0);
        }

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
}
