using Headroom.Grains.Budgets;
using Headroom.Simulation.Tests.Clients;
using Headroom.Simulation.Tests.Cluster;
using Headroom.Simulation.Tests.Engine;

namespace Headroom.Simulation.Tests.World;

/// <summary>
/// What must hold, seen from outside of all processes: real memory and what anybody may still take, against what the
/// books say and what the machines have. After each step.
/// </summary>
internal sealed partial class Checks(SimWorld world)
{
    // Reading everything is dear: the cheap sums are taken after each step, the whole once in so many.
    private const int StepsPerAudit = 64;

    // What a client holds is in the books of its last session, or of one that it tried to open meanwhile.
    private const int LastSessions = 4;

    private readonly Place[] _places =
    [
        .. world.Plan.Containers.Select(container => new Place(container, world.Cluster.Machine(container.Host))),
    ];

    private readonly Dictionary<Guid, SimClient> _owners = [];
    private long _steps;
    private bool _hasChanged;

    /// <summary>The store has a new record: what it promises must be there.</summary>
    internal void Stored(string host, StoredHost record)
    {
        _hasChanged = true;
        HostPlan plan = world.Cluster.Machine(host).Plan;
        long allotted = 0;
        long overdraft = 0;
        foreach (ContainerRow row in record.Table.Containers)
        {
            allotted += row.AllottedBytes;
            overdraft += row.OverdraftBytes;
            PlaceOf($"{host}/{row.Name}").MarkBytes = row.AllottedBytes + row.OverdraftBytes;
        }

        if (allotted > plan.CapacityBytes - plan.ReserveBytes
            || allotted + overdraft + record.Table.LentBytes > plan.CapacityBytes)
        {
            world.Violated(
                $"I1: host {host} has promised {allotted} bytes of allotments, {overdraft} of overdrafts and "
                + $"{record.Table.LentBytes} to be lent, of {plan.CapacityBytes} with a reserve of "
                + $"{plan.ReserveBytes}.");
        }
    }

    /// <summary>A budget began.</summary>
    internal void Began(Activation activation)
    {
        if (activation.Grain is ContainerBudgetGrain grain)
        {
            Place place = PlaceOf(activation.Key.Name);
            ContainerLedger ledger = Internals.Ledger(grain);
            place.All.RemoveAll(books => books.Activation.IsGone);
            if (place.All.Find(books => books.Ledger.Epoch == ledger.Epoch) is { } twin)
            {
                world.Violated($"Two authorities of {activation.Key.Name} have epoch {ledger.Epoch}: on "
                    + $"{twin.Activation.Silo.Process.Name} and on {activation.Silo.Process.Name}.");
            }

            var begun = new Books(activation, ledger);
            place.All.Add(begun);
            if (place.Newest is null || place.Newest.Ledger.Epoch < ledger.Epoch)
            {
                place.Newest = begun;
            }
        }
    }

    /// <summary>A client has a new session, or wants to.</summary>
    internal void Opens(SimClient client, Guid session) => _owners[session] = client;

    /// <summary>After each turn of a silo: what was granted in it.</summary>
    internal void AfterTurn(SimProcess process)
    {
        _hasChanged = true;
        foreach (Place place in _places)
        {
            foreach (Books books in place.All)
            {
                if (books.Activation.Silo.Process == process
                    && Internals.LastLeaseId(books.Ledger) != books.SeenLease)
                {
                    LookAtGrants(books);
                }
            }
        }
    }

    internal void AfterStep()
    {
        _steps++;

        // Time alone takes away what may be held, and so does whatever happens outside of all turns and of the store.
        if (_hasChanged)
        {
            _hasChanged = false;
            foreach (Place place in _places)
            {
                Check(place);
            }

            foreach (Machine machine in world.Cluster.Machines)
            {
                Check(machine);
            }
        }

        if (_steps % StepsPerAudit == 0)
        {
            Audit();
        }
    }

    /// <summary>Whether each use that no lease explains is seen as such by somebody.</summary>
    internal bool IsUseExplained() => world.Cluster.Machines.All(IsUseExplained);

    /// <summary>Names what still waits.</summary>
    internal string Unanswered()
    {
        IEnumerable<string> requests = world.Clients.Values.SelectMany(client => client.Requests.Select(request =>
            $"{client.Process.Name} asks for {request.Bytes} bytes at {request.Urgency} since {request.Since}, "
                + $"try {request.Tries}, last answer {request.Answer?.Outcome} {request.Answer?.Detail}"));
        IEnumerable<string> callers = world.Callers.Where(caller => !caller.IsIdle)
            .Select(caller => $"{caller.Process.Name} is not done");
        return $"there are requests without an answer: {string.Join("; ", requests.Concat(callers))}";
    }

    internal bool IsAllFree() => NotFree().Length == 0;

    /// <summary>Names what is not free; empty when all is.</summary>
    internal string NotFree()
    {
        var left = new List<string>();
        foreach (Place place in _places)
        {
            if (place.Current is not { } books)
            {
                continue;
            }

            ContainerLedger ledger = books.Ledger;
            if (ledger.CommittedBytes + ledger.AllottedBytes + ledger.OverdraftBytes + ledger.LoanBytes > 0
                || ledger.Sessions + ledger.Leases + ledger.Unanswered > 0)
            {
                left.Add($"{place.Plan.Key} has {ledger.CommittedBytes} bytes committed, "
                    + $"{ledger.AllottedBytes} allotted, "
                    + $"{ledger.OverdraftBytes} overdrawn, {ledger.LoanBytes} on loan, {ledger.GhostBytes} of ghosts, "
                    + $"{ledger.Sessions} sessions, {ledger.Leases} leases, {ledger.Unanswered} requests");
            }
        }

        foreach (Activation activation in world.Cluster.Budgets)
        {
            if (activation is { IsActive: true, Grain: HostBudgetGrain grain })
            {
                HostLedger ledger = Internals.Ledger(grain);
                if (ledger.AllottedBytes + ledger.OverdraftBytes + ledger.LentBytes > 0)
                {
                    left.Add($"host {activation.Key.Name} has {ledger.AllottedBytes} bytes allotted, "
                        + $"{ledger.OverdraftBytes} overdrawn and {ledger.LentBytes} to be lent");
                }
            }
        }

        left.AddRange(world.Cluster.Machines.Where(machine => machine.LentBytes > 0)
            .Select(machine => $"host {machine.Plan.Name} lends {machine.LentBytes} real bytes"));
        return left.Count == 0 ? string.Empty : $"not all is free: {string.Join("; ", left)}";
    }

    // What clients may still take counts as if they had taken it.
    private static long HeldBytes(SimClient client)
    {
        bool over = client.IsOver;
        long held = 0;
        foreach (SubsystemCredit credit in client.Credits)
        {
            CreditAccount account = credit.Account;
            held += account.DrawnBytes + credit.Named.Total - (over ? account.CreditBytes : 0);
        }

        return held;
    }

    // Its session lapsed at an authority that had to do without it: one whose learning it did not use, or one that
    // cannot see its process. A late copy of an opening may leave it a session with nothing in it. From then on its
    // memory is use that no lease explains.
    private static bool IsForgotten(SimClient client, Place place)
    {
        if (client.IsForgotten || !client.IsOver)
        {
            return client.IsForgotten && client.IsOver;
        }

        if (place.Current is not { } books)
        {
            return false;
        }

        client.IsForgotten = client.KnownTo < books.Ledger.Epoch
            ? !books.Ledger.Learning
            : !client.Plan.IsWitnessed && KnownBytes(client, books.Ledger) == 0;
        return client.IsForgotten;
    }

    private void LookAtGrants(Books books)
    {
        ContainerLedger ledger = books.Ledger;
        long last = Internals.LastLeaseId(ledger);
        for (long id = books.SeenLease + 1; id <= last; id++)
        {
            if (Internals.Leases(ledger).TryGetValue(id, out Lease? lease))
            {
                LookAt(books, lease);
            }
        }

        books.SeenLease = last;
    }

    private void LookAt(Books books, Lease lease)
    {
        ContainerLedger ledger = books.Ledger;
        world.Tally.Count($"lease at {lease.Urgency}");

        // A reservation is held at another urgency than it was asked at.
        Urgency asked = Internals.Answers(ledger).TryFind(lease.RequestId, out LeaseCommand command, out _)
            ? command.Urgency
            : lease.Urgency;
        for (int higher = (int)asked + 1; higher < ByUrgency.Levels; higher++)
        {
            // Who came in the same transition came after what that granted.
            if (Internals.Queue(ledger).First((Urgency)higher) is { } first
                && first.Value.Since < books.Activation.Silo.Process.Clock)
            {
                world.Violated($"I7: {books.Activation.Key.Name} granted {lease.Bytes} bytes at {asked} "
                    + $"while {first.Value.Command.Bytes} wait at {(Urgency)higher} since {first.Value.Since} "
                    + $"on rung {first.Value.Rung}.");
            }
        }

        if (lease.Urgency < Urgency.MustSucceed && ledger.CommittedBytes > ledger.AllottedBytes)
        {
            world.Violated($"I8: {books.Activation.Key.Name} granted {lease.Bytes} bytes at {lease.Urgency} with "
                + $"{ledger.CommittedBytes} committed of {ledger.AllottedBytes} allotted.");
        }

        if (lease.Session is { } session
            && _givenUp.Contains((books.Activation.Grain!, session.Id, lease.RequestId)))
        {
            world.Violated($"I4: {books.Activation.Key.Name} granted {lease.Bytes} bytes to a request that its caller "
                + "had given up.");
        }

        if (lease.RequestId != Guid.Empty)
        {
            if (books.Granted.TryGetValue(lease.RequestId, out long before)
                && Internals.Leases(ledger).ContainsKey(before))
            {
                world.Violated($"I6: {books.Activation.Key.Name} charged one request twice: "
                    + $"leases {before} and {lease.Id} of {lease.Bytes} bytes.");
            }

            books.Granted[lease.RequestId] = lease.Id;
        }
    }

    private void Check(Place place)
    {
        long held = 0;
        foreach (SimClient client in place.Machine.Clients)
        {
            if (client.Plan.Container == place.Plan && !IsForgotten(client, place))
            {
                long own = HeldBytes(client);
                held += own;
                Check(client, own, place);
            }
        }

        foreach (SimCaller caller in place.Machine.Callers)
        {
            held += caller.Plan.Container == place.Plan ? caller.HeldBytes : 0;
        }

        if (held > place.MarkBytes)
        {
            world.Violated($"I2: clients of {place.Plan.Key} hold {held} bytes; durable for it are {place.MarkBytes}.");
        }

        if (place.Current is { } books && held > books.Ledger.CommittedBytes)
        {
            world.Violated($"I2: clients of {place.Plan.Key} hold {held} bytes; epoch {books.Ledger.Epoch} has "
                + $"{books.Ledger.CommittedBytes} committed, {books.Ledger.GhostBytes} of ghosts, "
                + $"{books.Ledger.UnreportedBytes} unreported, learning {books.Ledger.Learning}: {Holders(place)}.");
        }
    }

    // What the sum of all hides: one that uses what its authority gave to somebody else.
    private void Check(SimClient client, long held, Place place)
    {
        if (place.Current is not { Ledger: { Learning: false } ledger } || client.KnownTo != ledger.Epoch
            || client.IsOver)
        {
            return;
        }

        long known = KnownBytes(client, ledger);
        if (held > known)
        {
            world.Violated($"I2: {client.Process.Name} of {place.Plan.Key} holds {held} bytes; epoch {ledger.Epoch} "
                + $"knows of {known}.");
        }
    }

    private static long KnownBytes(SimClient client, ContainerLedger ledger)
    {
        long known = 0;
        for (int i = Math.Max(0, client.Sessions.Count - LastSessions); i < client.Sessions.Count; i++)
        {
            known += Internals.Sessions(ledger).TryGetValue(client.Sessions[i], out Session? session)
                ? session.DrawnBytes + session.NamedBytes
                : Internals.Ghosts(ledger).Find(client.Sessions[i]);
        }

        return known;
    }

    private static string Holders(Place place)
    {
        IEnumerable<string> clients = place.Machine.Clients
            .Where(client => client.Plan.Container == place.Plan)
            .Select(client => $"{client.Process.Name} {HeldBytes(client)}{(client.IsOver ? " lapsed" : "")}"
                + $"{(client.IsForgotten ? " forgotten" : "")}{(client.Plan.IsWitnessed ? "" : " unseen")}");
        IEnumerable<string> callers = place.Machine.Callers
            .Where(caller => caller.Plan.Container == place.Plan)
            .Select(caller => $"{caller.Process.Name} {caller.HeldBytes}");
        return string.Join(", ", clients.Concat(callers));
    }

    private void Check(Machine machine)
    {
        long real = machine.LentBytes;
        foreach (SimClient client in machine.Clients)
        {
            if (!client.IsForgotten || !client.IsOver)
            {
                real += client.BackedBytes;
            }
        }

        foreach (SimCaller caller in machine.Callers)
        {
            real += caller.HeldBytes;
        }

        if (real > machine.Plan.CapacityBytes)
        {
            world.Violated($"I1: {real} real bytes are used on {machine.Plan.Name} of {machine.Plan.CapacityBytes}.");
        }

        long mark = world.Cluster.Store.Record(machine.Plan.Name)?.Table.LentBytes ?? 0;
        if (machine.LentBytes > mark)
        {
            world.Violated($"I1: {machine.Plan.Name} lends {machine.LentBytes} real bytes; durable for it are {mark}.");
        }
    }

    private Place PlaceOf(string container) => Array.Find(_places, place => place.Key == container)!;

    private sealed class Place(ContainerPlan plan, Machine machine)
    {
        internal ContainerPlan Plan => plan;

        internal string Key { get; } = plan.Key;

        internal Machine Machine => machine;

        /// <summary>All that is durable for it.</summary>
        internal long MarkBytes { get; set; }

        internal List<Books> All { get; } = [];

        /// <summary>The authority of the last epoch that began, alive or not.</summary>
        internal Books? Newest { get; set; }

        /// <summary>It, while it lives.</summary>
        internal Books? Current => Newest is { Activation.IsActive: true } books ? books : null;
    }
}
