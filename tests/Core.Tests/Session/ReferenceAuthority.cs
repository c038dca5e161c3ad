namespace Headroom.Core.Tests.Session;

/// <summary>
/// A dumb authority to hold the client against: one container, flat lists, every rule of the protocol spelled out. It
/// knows one client, so that whatever it has charged is that client's.
/// </summary>
internal sealed class ReferenceAuthority(long capacityBytes)
{
    internal static readonly TimeSpan Ttl = TimeSpan.FromSeconds(30);

    private readonly Dictionary<Guid, Books> _sessions = [];
    private readonly Dictionary<Guid, long> _ghosts = [];
    private readonly Dictionary<Guid, LeaseReply> _answers = [];
    private readonly HashSet<Guid> _cancelled = [];
    private long _lastLease;
    private TimeSpan _learnUntil = TimeSpan.MinValue;
    private long _unreported;

    internal long Epoch { get; private set; } = 1;

    internal int Gate { get; set; }

    /// <summary>What the policy of each subsystem keeps for must-succeed.</summary>
    internal long EmergencyBytes { get; set; }

    /// <summary>Leases below this are asked back, in each subsystem.</summary>
    internal Urgency ReclaimBelow { get; set; }

    /// <summary>What each subsystem may keep of them.</summary>
    internal long KeepBytes { get; set; }

    internal SubsystemState State { get; set; }

    internal long ChargedBytes => _sessions.Values.Sum(books => books.TotalBytes) + _ghosts.Values.Sum() + _unreported;

    internal int Disbelieved { get; private set; }

    internal OpenAnswer Open(OpenCommand command, TimeSpan now)
    {
        Expire(now);
        return new OpenAnswer(Admit(command, now), command.Session, Epoch, Ttl, Gate);
    }

    internal OrderAnswer Exchange(ExchangeCommand command, TimeSpan now)
    {
        Expire(now);
        if (command.Epoch != Epoch || !_sessions.TryGetValue(command.Session, out Books? books))
        {
            return new OrderAnswer(Outcome.RegisterAgain, command.Session, Epoch, 0, [], Gate);
        }

        books.ExpiresAt = now + (Ttl * 1.1);
        foreach (long id in command.Released)
        {
            books.Named.Remove(id);
        }

        foreach (Guid id in command.Cancelled)
        {
            _cancelled.Add(id);
            if (_answers.TryGetValue(id, out LeaseReply? answer))
            {
                books.Named.Remove(answer.LeaseId);
            }
        }

        if (command.Seen == books.Order)
        {
            Trade(books, command);
        }

        SubsystemShare[] shares =
        [
            .. books.Rows.Select(row => new SubsystemShare(row.Key, row.Value.Target, Urgency.MustSucceed)
            {
                EmergencyBytes = EmergencyBytes,
                ReclaimBelow = ReclaimBelow,
                KeepBytes = KeepBytes,
                State = State,
            }),
        ];
        return new OrderAnswer(Outcome.Granted, command.Session, Epoch, books.Order, shares, Gate);
    }

    internal void Close(Guid session)
    {
        _sessions.Remove(session);
        _ghosts.Remove(session);
    }

    internal LeaseReply Request(LeaseAsk ask, TimeSpan now)
        => Request(ask.Command.Session, ask.Epoch, ask.Command.RequestId, ask.Command.Bytes, now);

    internal LeaseReply Request(Guid session, long epoch, Guid request, long bytes, TimeSpan now)
    {
        Expire(now);
        if (epoch != Epoch || !_sessions.TryGetValue(session, out Books? books))
        {
            return new LeaseReply(Outcome.RegisterAgain, 0, Epoch);
        }

        if (_answers.TryGetValue(request, out LeaseReply? first))
        {
            return first;
        }

        if (_cancelled.Contains(request) || ChargedBytes + bytes > capacityBytes)
        {
            return new LeaseReply(Outcome.Refused, 0, Epoch);
        }

        books.Named.Add(++_lastLease, bytes);
        var answer = new LeaseReply(Outcome.Granted, _lastLease, Epoch);
        _answers.Add(request, answer);
        return answer;
    }

    /// <summary>Asks for part of what was drawn by a lower order, as for a waiter.</summary>
    internal void AskBack(int keepPercent)
    {
        foreach (Books books in _sessions.Values)
        {
            books.Order++;
            foreach (string name in books.Rows.Keys.ToArray())
            {
                Row row = books.Rows[name];
                books.Rows[name] = row with { Target = Math.Min(row.Target, row.Booked / 100 * keepPercent) };
            }
        }
    }

    /// <summary>A new activation: it knows the sum of what was given, and learns the rest.</summary>
    internal void Restart(TimeSpan now)
    {
        Expire(now);
        _unreported = ChargedBytes;
        _sessions.Clear();
        _ghosts.Clear();
        _answers.Clear();
        _cancelled.Clear();
        _lastLease = 0;
        Epoch++;
        _learnUntil = now + (Ttl * 1.5);
    }

    /// <summary>A reading of what is really in use: ghosts are free beyond that.</summary>
    internal void Read(long residentBytes, TimeSpan now)
    {
        Expire(now);
        foreach (Guid ghost in _ghosts.Keys.ToArray())
        {
            _ghosts[ghost] = Math.Min(_ghosts[ghost], residentBytes);
        }
    }

    internal void Expire(TimeSpan now)
    {
        foreach ((Guid id, Books books) in _sessions.Where(row => row.Value.ExpiresAt <= now).ToArray())
        {
            _sessions.Remove(id);
            _ghosts[id] = books.TotalBytes;
        }

        if (_unreported > 0 && _learnUntil <= now)
        {
            _ghosts[Guid.Empty] = _ghosts.GetValueOrDefault(Guid.Empty) + _unreported;
            _unreported = 0;
        }
    }

    private Outcome Admit(OpenCommand command, TimeSpan now)
    {
        if (_sessions.TryGetValue(command.Session, out Books? known))
        {
            known.ExpiresAt = now + (Ttl * 1.1);
            return Outcome.Granted;
        }

        long total = command.Holdings.Sum(holding => holding.TotalBytes);
        if (_ghosts.ContainsKey(command.Session) || !Believes(command.Replaces, total))
        {
            Disbelieved++;
            return Outcome.StartAnew;
        }

        _sessions.Remove(command.Replaces);
        if (command.Replaces != Guid.Empty)
        {
            _ghosts.Remove(command.Replaces);
        }

        _sessions.Add(command.Session, new Books
        {
            Rows = command.Holdings.ToDictionary(
                holding => holding.Subsystem, holding => new Row(holding.TotalBytes, holding.TotalBytes)),
            ExpiresAt = now + (Ttl * 1.1),
        });
        return Outcome.Granted;
    }

    private bool Believes(Guid replaces, long total)
    {
        if (replaces != Guid.Empty && _sessions.TryGetValue(replaces, out Books? live))
        {
            return total <= live.TotalBytes;
        }

        if (replaces != Guid.Empty && _ghosts.TryGetValue(replaces, out long ghost))
        {
            return total <= ghost;
        }

        if (total <= _unreported)
        {
            _unreported -= total;
            return true;
        }

        return total == 0;
    }

    private void Trade(Books books, ExchangeCommand command)
    {
        var kept = command.Holdings.ToDictionary(holding => holding.Subsystem, holding => holding.TotalBytes);
        foreach (string name in books.Rows.Keys.ToArray())
        {
            long keep = Math.Min(books.Rows[name].Booked, kept.GetValueOrDefault(name));
            books.Rows[name] = new Row(keep, keep);
        }

        bool changed = false;
        foreach (SubsystemHolding holding in command.Holdings)
        {
            books.Rows.TryAdd(holding.Subsystem, default);
            long lacking = EmergencyBytes - holding.CreditBytes - holding.EmergencyBytes;
            changed |= Give(books, holding.Subsystem, lacking) > 0;
        }

        foreach (SubsystemWant want in command.Wants)
        {
            long has = books.Rows.GetValueOrDefault(want.Subsystem).Booked;
            changed |= Give(books, want.Subsystem, want.TotalBytes - has) > 0;
        }

        books.Order += changed ? 1 : 0;
    }

    private long Give(Books books, string subsystem, long bytes)
    {
        long has = books.Rows.GetValueOrDefault(subsystem).Booked;
        long give = Math.Max(0, Math.Min(bytes, capacityBytes - ChargedBytes));
        if (give > 0)
        {
            books.Rows[subsystem] = new Row(has + give, has + give);
        }

        return give;
    }

    internal sealed record LeaseReply(Outcome Outcome, long LeaseId, long Epoch);

    /// <summary>
    /// What is on the books for a subsystem, and what the current order says: less while bytes are asked back.
    /// </summary>
    private readonly record struct Row(long Booked, long Target);

    private sealed class Books
    {
        public Dictionary<string, Row> Rows { get; init; } = [];

        public Dictionary<long, long> Named { get; } = [];

        public long Order { get; set; }

        public TimeSpan ExpiresAt { get; set; }

        public long TotalBytes => Named.Values.Sum() + Rows.Values.Sum(row => row.Booked);
    }
}
