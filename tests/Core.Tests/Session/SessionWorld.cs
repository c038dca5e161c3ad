using Xunit;

namespace Headroom.Core.Tests.Session;

/// <summary>
/// One client and its authority with a network between them that loses, repeats and reorders. What happens is chosen by
/// the test; after each step the client is held against the books.
/// </summary>
internal sealed class SessionWorld
{
    internal const long CapacityBytes = 1 << 20;

    private static readonly string[] Names = ["cache", "journal", "query"];

    private readonly List<Action> _network = [];
    private readonly List<HeldLease> _leases = [];
    private readonly List<PendingAsk> _asks = [];
    private readonly SubsystemCredit[] _subsystems;
    private TimeSpan _now = TimeSpan.FromSeconds(1);
    private SessionTurn? _awaited;
    private int _ids;
    private double _jitter;

    internal SessionWorld()
    {
        var limits = new SessionLimits { MaxIdleCreditBytes = CapacityBytes / 4, MinSlabBytes = 4096 };
        Core = new SessionCore(limits, ProcessIdentity.None, () => Wakes++);
        _subsystems = [.. Names.Select(name => Core.Subsystem(name)!)];
    }

    internal SessionCore Core { get; }

    internal ReferenceAuthority Authority { get; } = new(CapacityBytes);

    /// <summary>Leases from emergency credit while there was no session.</summary>
    internal int Adrift { get; private set; }

    /// <summary>Leases from credit that was spread.</summary>
    internal int Spread { get; private set; }

    internal int Wakes { get; private set; }

    internal int Granted { get; private set; }

    internal void Do(int what, int how)
    {
        _jitter = (how & 1023) / 1024.0;
        switch (what)
        {
            case < 22:
                Lease(how);
                break;
            case < 40:
                EndLease(how);
                break;
            case < 60:
                Send();
                break;
            case < 80:
                Deliver(how);
                break;
            case < 83:
                Lose(how);
                break;
            case < 86:
                Repeat(how);
                break;
            case < 88:
                GiveUpWaiting();
                break;
            case < 91:
                Ask(how);
                break;
            case 91:
                GiveUpAsking(how);
                break;
            case < 96:
                _now += TimeSpan.FromMilliseconds(how % 2000);
                break;
            case 96:
                _now += TimeSpan.FromSeconds(how % 40);
                break;
            case 97:
                Authority.Restart(_now);
                break;
            case 98:
                Authority.AskBack(how % 101);
                break;
            default:
                Authority.Read(Resident(), _now);
                Authority.Gate = how % 5;
                Authority.EmergencyBytes = how / 8 % 3 * 4096;
                Authority.ReclaimBelow = (Urgency)(how / 32 % 4);
                Authority.KeepBytes = how / 128 % 8192;
                break;
        }

        Check();
    }

    /// <summary>Ends all leases, and lets the two talk undisturbed until nothing is idle any more.</summary>
    internal void Settle()
    {
        _network.Clear();
        GiveUpWaiting();
        while (_asks.Count > 0)
        {
            GiveUpAsking(0);
        }

        while (_leases.Count > 0)
        {
            EndLease(0);
        }

        Authority.Gate = 0;
        Authority.EmergencyBytes = 0;
        Authority.ReclaimBelow = Urgency.Optional;
        TimeSpan end = _now + TimeSpan.FromMinutes(15);
        while (_now < end)
        {
            Send();
            while (_network.Count > 0)
            {
                Deliver(0);
            }

            TimeSpan due = Core.WakeAt();
            _now = due > _now ? due : _now + TimeSpan.FromMilliseconds(1);
            Check();
        }

        Authority.Read(0, _now);
        Core.AssertSettled();
    }

    private void Lease(int how)
    {
        SubsystemCredit subsystem = _subsystems[how % _subsystems.Length];
        var urgency = (Urgency)(how / 4 % 4);
        long bytes = 1 + (how / 16 % 8192);
        if (how % 3 > 0 && LeasedAtPlace(subsystem, bytes, urgency, (nuint)(1 + (how % 5)) << 12))
        {
            return;
        }

        if (!subsystem.TryTake(bytes, urgency, urgency, out CreditAccount account))
        {
            return;
        }

        Assert.True(
            urgency == Urgency.MustSucceed || account.IsAdrift || account.CreditBytes >= account.EmergencyBytes,
            $"A lease at {urgency} left {account.CreditBytes} bytes, of {account.EmergencyBytes} that are kept.");
        Assert.True(urgency == Urgency.MustSucceed || !account.IsAdrift, $"Adrift a lease at {urgency} was granted.");
        if (!account.IsAdrift && Core.IsOver(_now))
        {
            account.GiveBack(bytes, urgency);
            return;
        }

        Adrift += account.IsAdrift ? 1 : 0;
        LeaseSlot slot = Core.Lease(new LeaseTerms(account, bytes), urgency, out long token);
        _leases.Add(new HeldLease(slot, token, bytes));
        Granted++;
    }

    // One thread works at all places, one after the other.
    private bool LeasedAtPlace(SubsystemCredit subsystem, long bytes, Urgency urgency, nuint place)
    {
        StripeSlot? slot = subsystem.Stripes.TryLease(bytes, urgency, place, out long token)
            ?? subsystem.TryRefill(bytes, urgency, place, out token, out _);
        if (slot is null)
        {
            return false;
        }

        Assert.True(urgency < Urgency.MustSucceed, "A lease for must-succeed came from what is spread.");
        if (Core.IsOver(_now))
        {
            // A client looks now and then only, but its timer closes what lapsed.
            slot.End(token, bytes, place);
            return true;
        }

        _leases.Add(new HeldLease(slot, token, bytes));
        Granted++;
        Spread++;
        return true;
    }

    private void EndLease(int how)
    {
        if (_leases.Count > 0)
        {
            HeldLease lease = _leases[how % _leases.Count];
            _leases.Remove(lease);
            lease.End();
            lease.End();
        }
    }

    private void Send()
    {
        if (Core.Step(NewId(), _now) is { } turn)
        {
            _awaited = turn;
            _network.Add(() => Arrive(turn));
        }
    }

    private void Arrive(SessionTurn turn)
    {
        if (turn.Open is { } open)
        {
            OpenAnswer terms = Authority.Open(open, _now);
            _network.Add(() => Core.Opened(turn, terms, _now, _jitter));
        }
        else
        {
            OrderAnswer order = Authority.Exchange(turn.Exchange!, _now);
            _network.Add(() => Core.Exchanged(turn, order, _now, _jitter));
        }
    }

    private void GiveUpWaiting()
    {
        if (_awaited is { } turn)
        {
            Core.Failed(turn, _now, _jitter);
            _awaited = null;
        }
    }

    private void Ask(int how)
    {
        SubsystemCredit subsystem = _subsystems[how % _subsystems.Length];
        long bytes = 1 + (how / 16 % 65536);
        if (Core.Ask(subsystem, NewId(), bytes, (Urgency)(how / 4 % 4), "", false, _now) is { } ask)
        {
            // Some may wait at the authority; the others have their answer at once.
            var pending = new PendingAsk(ask, waits: (how & 1) == 0);
            if (pending.Waits)
            {
                Core.RequestWaits(subsystem, bytes);
            }

            _asks.Add(pending);
            _network.Add(() => Arrive(pending));
        }
    }

    private void Arrive(PendingAsk pending)
    {
        ReferenceAuthority.LeaseReply reply = Authority.Request(pending.Ask, _now);
        _network.Add(() =>
        {
            // As the shell does: one answer for each request, and none after it was given up.
            if (!_asks.Remove(pending))
            {
                return;
            }

            EndWait(pending);
            if (reply.Outcome != Outcome.Granted)
            {
                return;
            }

            if (Core.Accept(pending.Ask, reply.LeaseId, reply.Epoch, null, _now, out long token) is { } slot)
            {
                _leases.Add(new HeldLease(slot, token, pending.Ask.Command.Bytes));
                Granted++;
            }
        });
    }

    private void GiveUpAsking(int how)
    {
        if (_asks.Count > 0)
        {
            PendingAsk pending = _asks[how % _asks.Count];
            _asks.Remove(pending);
            EndWait(pending);
            Core.Abandon(pending.Ask);
        }
    }

    private void EndWait(PendingAsk pending)
    {
        if (pending.Waits)
        {
            Core.RequestOver(pending.Ask.Credit, pending.Ask.Command.Bytes);
        }
    }

    private void Deliver(int how)
    {
        if (_network.Count > 0)
        {
            Action message = _network[how % _network.Count];
            _network.Remove(message);
            message();
        }
    }

    private void Lose(int how)
    {
        if (_network.Count > 0)
        {
            _network.RemoveAt(how % _network.Count);
        }
    }

    private void Repeat(int how)
    {
        if (_network.Count > 0)
        {
            _network.Add(_network[how % _network.Count]);
        }
    }

    private long Resident() => _leases.Sum(lease => lease.Bytes);

    private void Check()
    {
        Core.AssertSettled();
        Authority.Expire(_now);
        SessionPicture picture = Core.Picture(_now);
        long held = picture.CreditBytes + (picture.Open ? picture.EmergencyBytes : 0) + picture.LeasedBytes.Total;
        Assert.True(
            held <= Authority.ChargedBytes,
            $"The client holds {held} bytes, the authority has {Authority.ChargedBytes} on its books");
        Assert.True(Authority.ChargedBytes <= CapacityBytes, $"{Authority.ChargedBytes} bytes are charged.");
        Assert.Equal(Resident(), picture.LeasedBytes.Total + picture.LostBytes);
    }

    private Guid NewId() => new(++_ids, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);


    private sealed class PendingAsk(LeaseAsk ask, bool waits)
    {
        public LeaseAsk Ask { get; } = ask;

        public bool Waits { get; } = waits;
    }
}
