using Xunit;

namespace Headroom.Core.Tests.Ledger;

/// <summary>
/// A dumb client process with one session: it does by the letter what the protocol asks of a client. All of its
/// leases are of one subsystem and used as soon as they are taken.
/// </summary>
internal sealed class ModelClient(LedgerWorld world, ModelContainer container, int process)
{
    private const string Subsystem = "journal";

    private readonly Dictionary<Guid, (long Lease, long Bytes, Urgency Urgency)> _named = [];
    private readonly Dictionary<Guid, LeaseCommand> _asked = [];
    private readonly Dictionary<Guid, long> _grants = [];
    private readonly SortedDictionary<long, LeaseCommand> _firstAttempts = [];
    private readonly List<long> _released = [];
    private readonly List<Guid> _cancelled = [];
    private OpenCommand? _opening;
    private Guid _session;
    private Guid _replaces;
    private long _epoch;
    private long _seen;
    private long _lastAttempt;
    private long _credit;
    private ByUrgency _leased;
    private TimeSpan _validUntil = TimeSpan.MinValue;

    internal Guid Session => _session;

    internal ProcessIdentity Process { get; } = new(process, process, 1, "boot");

    internal ModelContainer Container { get; } = container;

    internal bool IsDead { get; private set; }

    internal bool IsFrozen { get; set; }

    /// <summary>Bytes that the process really uses.</summary>
    internal long ResidentBytes => _leased.Total + _named.Values.Sum(lease => lease.Bytes);

    /// <summary>What it may hold: after its own clock has ended its session, nothing more is backed.</summary>
    internal long HeldBytes(TimeSpan now) => now >= _validUntil ? 0 : ResidentBytes + _credit;

    internal void Kill()
    {
        IsDead = true;
        _named.Clear();
        _credit = 0;
        _leased = default;
    }

    internal void Act(int what, int how)
    {
        if (IsDead || IsFrozen)
        {
            return;
        }

        LapseIfDue();
        var urgency = (Urgency)(how / 7 % 4);
        long bytes = 1 + (how / 31 % 200);
        switch (what)
        {
            case 0 or 1 when _session != Guid.Empty && _credit > Kept(urgency):
                bytes = Math.Min(bytes, _credit - Kept(urgency));
                _credit -= bytes;
                _leased[urgency] += bytes;
                break;
            case 2:
                bytes = Math.Min(bytes, _leased[urgency]);
                _leased[urgency] -= bytes;
                _credit += _session != Guid.Empty ? bytes : 0;
                break;
            case 3 when _session != Guid.Empty:
                Ask(bytes, urgency, atOnce: how % 2 == 0);
                break;
            case 4 when _named.Count > 0:
                Guid request = _named.Keys.ElementAt(how % _named.Count);
                _released.Add(_named[request].Lease);
                _named.Remove(request);
                break;
            case 5 when _asked.Count > 0:
                Guid given = _asked.Keys.ElementAt(how % _asked.Count);
                _asked.Remove(given);
                _cancelled.Add(given);
                break;
            case 6 when _asked.Count > 0:
                AskCarefully(_asked.Values.ElementAt(how % _asked.Count));
                break;
            case 7 when how % 40 == 0 && _session != Guid.Empty && ResidentBytes == 0:
                Close();
                break;
            default:
                Talk(how);
                break;
        }
    }

    // Of what is not leased, the first bytes are kept for must-succeed alone.
    private long Kept(Urgency urgency) =>
        urgency == Urgency.MustSucceed ? 0 : Math.Min(_credit, LedgerWorld.Emergency);

    private SubsystemHolding Holding =>
        new(Subsystem, _credit - Kept(Urgency.Optional), _leased) { EmergencyBytes = Kept(Urgency.Optional) };

    // Two of three clients give back what is asked, those drawn first; what comes back does not become credit.
    private void Yield(SubsystemShare share)
    {
        long above = _named.Values.Where(lease => lease.Urgency < share.ReclaimBelow).Sum(lease => lease.Bytes)
            - share.KeepBytes;
        for (int level = 0; level < (int)share.ReclaimBelow; level++)
        {
            above += _leased[level];
        }

        for (int level = 0; level < (int)share.ReclaimBelow && process % 3 != 0 && above > 0; level++)
        {
            long bytes = Math.Min(above, _leased[level]);
            _leased[level] -= bytes;
            above -= bytes;
            foreach ((Guid request, (long lease, long size, Urgency urgency)) in _named.ToArray())
            {
                if (above > 0 && urgency == (Urgency)level)
                {
                    above -= size;
                    _released.Add(lease);
                    _named.Remove(request);
                }
            }
        }
    }

    private void LapseIfDue()
    {
        if (world.Now >= _validUntil && _session != Guid.Empty)
        {
            Leave();
            _credit = 0;
        }
        else if (world.Now >= _validUntil)
        {
            _credit = 0;
        }
    }

    // What was granted one by one is folded into what was drawn; what was asked for belongs to the session that is
    // over.
    private void Leave()
    {
        _replaces = _session;
        _session = Guid.Empty;
        _leased[Urgency.SafeToFail] += _named.Values.Sum(lease => lease.Bytes);
        _named.Clear();
        _asked.Clear();
        _firstAttempts.Clear();
        _grants.Clear();
        _released.Clear();
        _cancelled.Clear();
    }

    private void Close()
    {
        Guid session = _session;
        Leave();
        _replaces = Guid.Empty;
        _credit = 0;
        world.Send(() => Container.Reach(ledger => ledger.Close(session, world.Now)));
    }

    private void Talk(int how)
    {
        TimeSpan sent = world.Now;
        if (_session == Guid.Empty)
        {
            OpenCommand open = _opening ??= new OpenCommand(
                world.NewId(), _replaces, [Holding], Process);
            world.Send(() => Container.Reach(ledger =>
            {
                Outcome outcome = ledger.Open(open, world.Now);
                world.Send(() => Opened(open, outcome, ledger.Epoch, sent));
            }));
            return;
        }

        _credit -= how % 3 == 0 ? _credit / 2 : 0;
        long total = _credit + _leased.Total;
        var exchange = new ExchangeCommand
        {
            Session = _session,
            Epoch = _epoch,
            Seen = _seen,
            Holdings = total == 0 ? [] : [Holding],
            Wants = how % 2 == 0 ? [] : [new SubsystemWant(Subsystem, total + (how % 300), (Urgency)(how / 5 % 4))],
            Released = [.. _released],
            Cancelled = [.. _cancelled],
            Settled = Settled,
        };
        world.Send(() => Container.Reach(ledger =>
        {
            ExchangeDecision decision = ledger.Exchange(exchange, world.Now);
            world.Send(() => Exchanged(exchange, decision, sent));
        }));
    }

    private void Opened(OpenCommand open, Outcome outcome, long epoch, TimeSpan sent)
    {
        if (IsDead || IsFrozen || open != _opening)
        {
            return;
        }

        LapseIfDue();
        if (outcome == Outcome.Granted)
        {
            (_session, _epoch, _seen, _opening, _replaces) = (open.Session, epoch, 0, null, Guid.Empty);
            _validUntil = sent + (Given.Ttl * 0.9);
            LapseIfDue();
        }
        else if (outcome == Outcome.StartAnew)
        {
            world.StartedAnew++;
            (_opening, _replaces, _credit, _leased) = (null, Guid.Empty, 0, default);
        }
    }

    private void Exchanged(ExchangeCommand exchange, ExchangeDecision decision, TimeSpan sent)
    {
        if (IsDead || IsFrozen || exchange.Session != _session)
        {
            return;
        }

        LapseIfDue();
        if (_session == Guid.Empty)
        {
            return;
        }

        if (decision.Outcome is Outcome.RegisterAgain or Outcome.Fenced)
        {
            Leave();
        }
        else if (decision.Outcome == Outcome.Granted)
        {
            TimeSpan until = sent + (Given.Ttl * 0.9);
            _validUntil = until > _validUntil ? until : _validUntil;
            _released.RemoveAll(exchange.Released.Contains);
            _cancelled.RemoveAll(exchange.Cancelled.Contains);
            if (decision.Order > _seen)
            {
                _seen = decision.Order;
                long total = decision.Shares.Sum(share => share.TotalBytes);
                _credit = Math.Max(0, total - _leased.Total);
            }

            foreach (SubsystemShare share in decision.Shares.Where(share => share.ReclaimBelow > Urgency.Optional))
            {
                Yield(share);
            }
        }
    }

    // First attempts up to this one are over: nothing of them will be sent any more.
    private long Settled => _firstAttempts.Count == 0 ? _lastAttempt : _firstAttempts.Keys.First() - 1;

    private void Ask(long bytes, Urgency urgency, bool atOnce)
    {
        var command = new LeaseCommand
        {
            RequestId = world.NewId(),
            Subsystem = Subsystem,
            Bytes = bytes,
            Urgency = urgency,
            Session = _session,
            MayWait = bytes % 3 != 0,
            Patience = Given.At(5),
        };
        _asked.Add(command.RequestId, command);
        if (atOnce)
        {
            AskAtOnce(command with { Number = ++_lastAttempt });
        }
        else
        {
            Send(command);
        }
    }

    private void AskAtOnce(LeaseCommand command)
    {
        _firstAttempts.Add(command.Number, command);
        var message = new TryAcquireCommand
        {
            Session = _session,
            Epoch = _epoch,
            Settled = Settled,
            Requests = [command],
        };
        world.Send(() => Container.Reach(ledger => Container.TryAcquire(
            ledger, message, decisions => AnsweredAtOnce(command, decisions[0], ledger.Epoch))));
    }

    private void AnsweredAtOnce(LeaseCommand command, LeaseDecision decision, long epoch)
    {
        if (IsDead || IsFrozen || command.Session != _session || epoch != _epoch)
        {
            return;
        }

        NotChargedTwice(command, decision);
        if (!_firstAttempts.Remove(command.Number))
        {
            // It was given up as lost, and asked for in another way since.
            return;
        }

        Answered(command, decision, epoch);
        if (decision.Outcome == Outcome.Waiting && _asked.TryGetValue(command.RequestId, out LeaseCommand? asked))
        {
            Send(asked);
        }
    }

    // Whatever became of its first attempt, that is over.
    private void AskCarefully(LeaseCommand command)
    {
        long[] over =
        [
            .. _firstAttempts.Where(one => one.Value.RequestId == command.RequestId).Select(one => one.Key),
        ];
        foreach (long number in over)
        {
            _firstAttempts.Remove(number);
        }

        Send(command);
    }

    private void Send(LeaseCommand command) => world.Send(() => Container.Reach(ledger =>
        Container.Request(ledger, command, decision => Answered(command, decision, ledger.Epoch))));

    private void Answered(LeaseCommand command, LeaseDecision decision, long epoch)
    {
        if (IsDead || IsFrozen || command.Session != _session || epoch != _epoch || decision.Outcome != Outcome.Granted)
        {
            return;
        }

        NotChargedTwice(command, decision);
        LapseIfDue();
        if (_session != Guid.Empty && _asked.Remove(command.RequestId))
        {
            _named.Add(command.RequestId, (decision.LeaseId, command.Bytes, command.Urgency));
        }
    }

    // I6: whatever copy of the request is answered, it is the same lease.
    private void NotChargedTwice(LeaseCommand command, LeaseDecision decision)
    {
        if (decision.Outcome == Outcome.Granted)
        {
            Assert.Equal(_grants.GetValueOrDefault(command.RequestId, decision.LeaseId), decision.LeaseId);
            _grants[command.RequestId] = decision.LeaseId;
        }
    }
}
