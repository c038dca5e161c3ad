using Xunit;

namespace Headroom.Core.Tests.Ledger;

/// <summary>
/// A host, its containers and dumb clients, with a network between them that loses, repeats and reorders. What
/// happens is chosen by the test; after each step everybody is held against the books.
/// </summary>
internal sealed class LedgerWorld
{
    internal const long Emergency = 40;

    private const int MostMessages = 40;

    private static readonly FloorPolicy Floors = new(10, 5, 2);

    private readonly List<Action> _network = [];
    private readonly List<ModelContainer> _containers = [];
    private readonly List<ModelClient> _clients = [];
    private readonly List<ModelLease> _leases = [];
    private readonly Dictionary<ModelLease, ModelContainer> _homes = [];
    private readonly bool _isTight;
    private readonly long _capacity;
    private readonly long _reserve;
    private HostLedger _host;
    private HostTable _saved = HostTable.Empty;
    private int _ids;

    internal LedgerWorld(bool tight)
    {
        long capacity = tight ? 500 : 2000;
        _isTight = tight;
        _capacity = capacity;
        _reserve = capacity * 3 / 20;
        _host = NewHost(HostTable.Empty);
        Rules = Given.Rules with
        {
            LimitBytes = capacity * 3 / 5,
            HostCapacityBytes = capacity,
            Floors = new FloorPolicy(10, 5, 2),
            MaxLeaseTtl = TimeSpan.FromSeconds(60),
            ReclaimWithin = TimeSpan.FromSeconds(3),
            Policies = new Dictionary<string, SubsystemRow>
            {
                ["journal"] = new("journal", Urgency.MustSucceed, Emergency, LastResort.ReadOnly)
                {
                    LastResortAfter = TimeSpan.FromSeconds(5),
                },
            },
        };
        _containers.AddRange([new(this, "a"), new(this, "b"), new(this, "c")]);
        _host.ConfigureContainer("a", null, capacity / 4, null, null, Now);
        _host.ConfigureContainer("b", capacity * 9 / 20, null, capacity / 10, null, Now);
        _saved = _host.Save();
    }

    internal ContainerRules Rules { get; }

    internal TimeSpan Now { get; private set; } = TimeSpan.FromSeconds(1);

    internal int Overtook { get; set; }

    internal int StartedAnew { get; set; }

    internal int OutOfTheReserve { get; set; }

    internal int Asked { get; set; }

    internal int GrantedFrom(Rung rung) => _containers.Sum(container => container.Rungs.GetValueOrDefault(rung));

    /// <summary>The nudge of an authority; it may be lost as everything else.</summary>
    internal void Nudge(Guid session) => Send(
        () => _clients.Find(client => client.Session == session)?.Act(8, 0));

    internal int Granted => _containers.Sum(container => container.Granted);

    internal int Overlaps => _containers.Sum(container => container.Overlaps);

    internal int Waited => _containers.Sum(container => container.Waited);

    internal Guid NewId() => Given.Id(++_ids);

    internal void Send(Action message)
    {
        if (_network.Count < MostMessages)
        {
            _network.Add(message);
        }
    }

    internal ContainerRow Join(string name)
    {
        ContainerRow row = _host.Join(name)!;
        _saved = _host.Save();
        return row;
    }

    // Durable before visible: the table is written before the answer and the pushes go out.
    internal AllotDecision Allot(AllotCommand command)
    {
        AllotDecision decision = _host.Allot(command, Now);
        Flush();
        return decision;
    }

    internal void Do(int what, int how)
    {
        ModelContainer container = _containers[how % _containers.Count];
        switch (what)
        {
            case < 30 when _clients.Count > 0:
                _clients[how % _clients.Count].Act(how / 11 % 12, how);
                break;
            case < 38 when _leases.Count > 0:
                _leases[how % _leases.Count].Act(how);
                break;
            case < 62:
                for (int i = 0; i <= how % 8; i++)
                {
                    Deliver(how / (i + 1));
                }

                break;
            case < 65:
                Lose(how);
                break;
            case < 68:
                Repeat(how);
                break;
            case < 76:
                _containers.ForEach(one => one.CallHost(tidy: how % 3 == 0));
                break;
            case < 80:
                Populate(container, how);
                break;
            case < 86:
                Now += TimeSpan.FromMilliseconds(how % 1500);
                container.Reach(ledger => ledger.Tick(Now));
                break;
            case < 90:
                Read(container, how);
                break;
            // Where memory is tight it stays in use for long: then bytes are asked back, and there is time for it.
            case >= 90 when _isTight && how % 16 != 0:
                DeliverAll();
                break;
            default:
                Disturb(what, how, container);
                break;
        }

        Check();
    }

    /// <summary>All clients go; time passes and readings come: then everything is free again, to the byte.</summary>
    internal void Settle()
    {
        _clients.ForEach(client => client.Kill());
        _leases.Clear();
        _network.Clear();
        foreach (ModelContainer container in _containers)
        {
            container.Choose(older: false);
        }

        for (int second = 0; second < 200; second += 4)
        {
            Now += TimeSpan.FromSeconds(4);
            foreach (ModelContainer container in _containers)
            {
                container.Reach(ledger => ledger.Tick(Now));
                Read(container, 0);
                DeliverAll();
                container.CallHost(tidy: true, reliable: true);
                DeliverAll();
            }

            Check();
        }

        foreach (ModelContainer container in _containers)
        {
            ContainerLedger ledger = container.Ledger;
            Assert.Equal(0, ledger.CommittedBytes);
            Assert.Equal(0, ledger.CreditBytes + ledger.LeasedBytes.Total + ledger.GhostBytes);
            Assert.Equal(0, ledger.AllottedBytes + ledger.OverdraftBytes);
            Assert.Equal(0, ledger.ReclaimingBytes + ledger.EmergencyBytes + ledger.OverdueSessions);
            Assert.Equal(0, ledger.Sessions + ledger.Leases + ledger.Unanswered);
            Assert.Equal(0, ledger.Remembered);
        }

        Assert.Equal(0, _host.AllottedBytes + _host.OverdraftBytes);
    }

    private HostLedger NewHost(HostTable table) =>
        new(table, Floors, new HostDefaults(_capacity, _reserve, 0, null));

    private void Disturb(int what, int how, ModelContainer container)
    {
        ModelClient? client = _clients.Count == 0 ? null : _clients[how % _clients.Count];
        switch (what)
        {
            case 90:
                client?.Kill();
                break;
            case 91 when client is not null:
                client.IsFrozen = !client.IsFrozen;
                break;
            case 92:
                Now += TimeSpan.FromSeconds(how % 7 == 0 ? 100 : how % 30);
                break;
            case 93 when how % 3 == 0:
                container.Restart(keepOlder: how % 2 == 0);
                break;
            case 94 when how % 3 == 0:
                _host = NewHost(_saved);
                break;
            case 95:
                container.Choose(older: how % 2 == 0);
                break;
            case 96:
                container.FailCall(how);
                break;
            case 97:
                container.GiveUp(how);
                break;
            case 98:
                container.Reach(ledger => ledger.Press((PressureLevel)(how / 3 % 3), Now));
                break;
            default:
                _host.Observe(_capacity, how % 7 == 0 ? how % _capacity : how % 300, (PressureLevel)(how / 3 % 3), Now);
                Flush();
                break;
        }
    }

    private void Populate(ModelContainer container, int how)
    {
        _clients.RemoveAll(client => client.IsDead);
        _leases.RemoveAll(lease => lease.IsOver);
        if (how % 2 == 0 && _clients.Count < 6)
        {
            _clients.Add(new ModelClient(this, container, ++_ids));
        }
        else if (_leases.Count < 8)
        {
            var lease = new ModelLease(this, container, new LeaseCommand
            {
                RequestId = NewId(),
                Subsystem = "http",
                Bytes = 1 + (how / 5 % 300),
                Urgency = (Urgency)(how / 3 % 4),
                MayWait = how % 5 != 0,
                Ttl = how % 7 == 0 ? TimeSpan.FromSeconds(60) : TimeSpan.Zero,
                Patience = TimeSpan.FromSeconds(3),
            });
            _leases.Add(lease);
            _homes.Add(lease, container);
        }
    }

    private void Read(ModelContainer container, int how) => container.Reach(ledger =>
    {
        (long number, IReadOnlyList<(Guid Session, ProcessIdentity Process)> watched) = ledger.Watch();
        var reading = new Reading
        {
            WatchNumber = number,
            HostRead = true,
            UsageBytes = how % 3 == 1 ? Resident(container) : null,
            Processes = [.. watched.Select(one => (one.Session, Resident(one.Process)))],
        };
        Send(() => container.Reach(reached => reached.Observe(reading, Now)));
    });

    // A process that lives has more than nothing; 0 says that it ended.
    private long? Resident(ProcessIdentity process) =>
        _clients.FirstOrDefault(client => client.Process == process && !client.IsDead) is { } client
            ? client.ResidentBytes + 1
            : 0;

    private long Resident(ModelContainer container) =>
        _clients.Where(client => client.Container == container).Sum(client => client.ResidentBytes)
        + _leases.Where(lease => _homes[lease] == container).Sum(lease => lease.HeldBytes(Now));

    private void Flush()
    {
        if (_host.Changed)
        {
            _saved = _host.Save();
        }

        foreach (string name in _host.TakeRaised())
        {
            AllotDecision order = _host.Current(name)!.Value;
            long epoch = _host.Row(name)!.Epoch;
            Send(() => _containers.Single(container => container.Name == name).Push(order, epoch));
        }
    }

    private void Deliver(int how)
    {
        if (_network.Count > 0)
        {
            // Mostly in order; what is out of order comes from those that were passed over, and from repeating.
            int at = how % 4 == 0 ? how / 4 % _network.Count : 0;
            Action message = _network[at];
            _network.RemoveAt(at);
            message();
        }
    }

    private void DeliverAll()
    {
        while (_network.Count > 0)
        {
            Deliver(1);
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
            Send(_network[how % _network.Count]);
        }
    }

    private void Check()
    {
        Assert.Empty(_host.Audit());
        Assert.Equal(0, Overtook);
        Assert.Equal(0, OutOfTheReserve);
        Assert.True(_host.AllottedBytes <= _capacity - _reserve);
        Assert.True(_host.AllottedBytes + _host.OverdraftBytes <= _capacity);
        foreach (ModelContainer container in _containers)
        {
            container.Reach(ledger => ledger.Tick(Now));
            container.Check();
            long held = _clients.Where(client => client.Container == container).Sum(client => client.HeldBytes(Now))
                + _leases.Where(lease => _homes[lease] == container).Sum(lease => lease.HeldBytes(Now));
            ContainerLedger ledger = container.Ledger;
            Assert.True(
                held <= ledger.CommittedBytes,
                $"{container.Name} at {Now}: clients hold {held}, the books say {ledger.CommittedBytes}, "
                    + $"learning {ledger.Learning}");
            Assert.True(
                ledger.AllottedBytes <= _host.Row(container.Name)!.AllottedBytes,
                $"{container.Name} believes to have {ledger.AllottedBytes}, its host booked less");
            Assert.True(
                ledger.OverdraftBytes <= _host.Row(container.Name)!.OverdraftBytes,
                $"{container.Name} believes to have overdrawn {ledger.OverdraftBytes}, its host booked less");
        }
    }
}
