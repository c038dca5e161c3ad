using Headroom.Contracts;
using Headroom.Simulation.Tests.Engine;
using Headroom.Simulation.Tests.World;
using Orleans.Storage;

namespace Headroom.Simulation.Tests.Cluster;

/// <summary>
/// The silos of a world, who of them believes whom to be alive, and where grains are found: as much of Orleans as
/// decides which activation a call reaches, with what it allows in bad times.
/// </summary>
internal sealed class SimCluster
{
    /// <summary>
    /// How long a silo waits for the answer of another one. Shorter than Orleans' half a minute, so that worlds are,
    /// too.
    /// </summary>
    internal static readonly TimeSpan ResponseTimeout = TimeSpan.FromSeconds(8);

    private readonly SimWorld _world;
    private readonly Chance _chance;
    private readonly Dictionary<string, Machine> _machines;
    private readonly SortedDictionary<string, SimSilo> _silos = new(StringComparer.Ordinal);
    private readonly List<Activation> _budgets = [];
    private long _lives;

    internal SimCluster(SimWorld world, Chance chance)
    {
        (_world, _chance) = (world, chance);
        Network = new Network(world.Simulator, chance.Fork(1));
        Store = new SimStore(this, chance.Fork(2));
        HostNames = [.. world.Plan.Hosts.Select(host => host.Name)];
        Machines = [.. world.Plan.Hosts.Select(host => new Machine(host))];
        _machines = Machines.ToDictionary(machine => machine.Plan.Name);
    }

    internal Simulator Simulator => _world.Simulator;

    internal WorldPlan Plan => _world.Plan;

    internal SharedParts Shared => _world.Shared;

    internal Network Network { get; }

    internal SimStore Store { get; }

    internal Moments Moments { get; } = new();

    internal string[] HostNames { get; }

    internal Machine[] Machines { get; }

    /// <summary>Activations of host and container budgets that have begun and not ended, oldest first.</summary>
    internal IReadOnlyList<Activation> Budgets => _budgets;

    internal Machine Machine(string host) => _machines[host];

    /// <summary>The last silo of a host that was started, alive or not; null before the first.</summary>
    internal SimSilo? SiloOf(string host) => _silos.GetValueOrDefault(host);

    internal IEnumerable<SimSilo> LiveSilos => _silos.Values.Where(silo => silo.Process.IsAlive);

    internal void Tell(SimSilo silo, string what) =>
        _world.Simulator.Trace.Write(Simulator.Now, silo.Process.Name, what);

    internal void Violated(string what) => _world.Violated(what);

    internal void Stored(string host, StoredHost record) => _world.Stored(host, record);

    internal ValueTask<LendAnswer> LendAsync(IReserveGrain lender, LendRequest request) =>
        _world.LendAsync(lender, request);

    internal ValueTask CancelAsync(IReserveGrain lender, Guid requestId) => _world.CancelAsync(lender, requestId);

    /// <summary>Something failed: as it may in bad times, or as it must not.</summary>
    internal void Weigh(Exception error, string where)
    {
        bool mayBe = error is BudgetUnavailableException or OperationCanceledException or TimeoutException
            or CallRejectedException or SimStoreException or InconsistentStateException;
        if (!mayBe)
        {
            Violated(error is LedgerException ? error.Message : $"{where}: {error}");
        }
    }

    internal SimSilo Start(string host)
    {
        long life = ++_lives;
        Chance chance = _chance.Fork((ulong)life << 8);
        long drift = chance.Between(-Plan.Drift, Plan.Drift);
        var process = new SimProcess(Simulator, $"{host}.{life}", host, drift)
        {
            Failed = error => Weigh(error, "a turn of a silo"),
        };
        var silo = new SimSilo(this, _machines[host].Plan, life, process, chance);
        _silos[host] = silo;
        _machines[host].Silo = silo;
        foreach (SimSilo other in LiveSilos.Where(other => other != silo).ToArray())
        {
            if (Network.Connects(process, other.Process))
            {
                silo.View.Add(other);
            }

            Simulator.After(
                _chance.Between(TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(800)),
                () => other.Process.Post(() => Meet(other, silo)));
        }

        Tell(silo, "started");
        silo.Start();
        return silo;
    }

    /// <summary>Ends a silo's process at once; the others notice later, and a new one starts after a while.</summary>
    internal void Kill(SimSilo silo, TimeSpan down)
    {
        if (!silo.Process.IsAlive)
        {
            return;
        }

        Tell(silo, "killed");
        silo.Process.Kill();
        Noticed(silo, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3.2));
        Simulator.After(down, () => Restart(silo));
    }

    internal void Freeze(SimSilo silo, TimeSpan length)
    {
        Tell(silo, "stands still");
        silo.Process.Freeze();
        Noticed(silo, TimeSpan.FromSeconds(2.5), TimeSpan.FromSeconds(4));
        Simulator.After(length, () =>
        {
            Tell(silo, "goes on");
            silo.Process.Resume();
            LearnFate(silo);
        });
    }

    /// <summary>Others that cannot reach it for long enough find it dead; it hears of that as soon as it can.</summary>
    internal void Suspect(SimSilo silo) => Noticed(silo, TimeSpan.FromSeconds(2.5), TimeSpan.FromSeconds(4));

    /// <summary>Whether nothing of the cluster is as it should not be.</summary>
    internal bool IsWhole =>
        _silos.Count == HostNames.Length
        && _silos.Values.All(silo => silo.Process is { IsAlive: true, IsFrozen: false } && !silo.IsCondemned
            && silo.View.Up.Count == HostNames.Length
            && silo.View.Up.All(other => other == SiloOf(other.Host)));

    /// <summary>All silos find each other again; those that were declared dead start anew.</summary>
    internal void Heal()
    {
        foreach (SimSilo silo in LiveSilos.ToArray())
        {
            if (silo.Process.IsFrozen)
            {
                silo.Process.Resume();
            }

            LearnFate(silo);
        }

        foreach (SimSilo one in LiveSilos)
        {
            foreach (SimSilo other in LiveSilos.Where(other => other != one && !other.IsCondemned))
            {
                one.Process.Post(() => Meet(one, other));
            }
        }
    }

    /// <summary>Where a silo sends a call to a grain; null when nobody is there to take it.</summary>
    internal Activation? Find(SimSilo at, GrainKey key)
    {
        if (at.Known.TryGetValue(key, out Activation? known) && IsUsable(at, known))
        {
            return known;
        }

        foreach (SimSilo other in at.View.Up)
        {
            if (other != at && other.Process is { IsAlive: true, IsFrozen: false }
                && Network.Connects(at.Process, other.Process)
                && other.Known.TryGetValue(key, out known) && IsUsable(at, known))
            {
                at.Known[key] = known;
                return known;
            }
        }

        SimSilo target = Place(at, key);
        bool isThere = target == at || (target.Process.IsAlive && Network.Connects(at.Process, target.Process));
        return isThere ? Begin(at, target, key) : null;
    }

    /// <summary>A second activation, on a silo that does not ask the others whether there is one.</summary>
    internal void Duplicate(SimSilo at, GrainKey key)
    {
        Tell(at, $"{key} begins here, too");
        at.Known[key] = Make(at, key);
    }

    /// <summary>A budget began.</summary>
    internal void Began(Activation activation)
    {
        if (activation.Key.Kind is GrainKind.Host or GrainKind.Container)
        {
            _budgets.RemoveAll(budget => budget.IsGone);
            _budgets.Add(activation);
            _world.Began(activation);
        }

        Moments.Come(Moment.Began, activation.Silo, activation.Key.Kind.ToString());
    }

    private static bool IsUsable(SimSilo at, Activation activation) =>
        !IsOver(activation) && at.View.SiloOf(activation.Silo.Host) == activation.Silo;

    // That a process is dead is noticed later; that an activation ended in a live one is known at once.
    private static bool IsOver(Activation activation) => activation.IsGone && activation.Silo.Process.IsAlive;

    private Activation Begin(SimSilo at, SimSilo target, GrainKey key)
    {
        Activation activation = Make(target, key);
        at.Known[key] = activation;
        foreach (SimSilo other in LiveSilos.Where(other => Network.Connects(at.Process, other.Process)))
        {
            other.Known[key] = activation;
        }

        return activation;
    }

    private Activation Make(SimSilo target, GrainKey key)
    {
        var activation = new Activation(this, target, key);
        Tell(target, $"{key} begins");
        activation.Start();
        return activation;
    }

    // As the host affinity places: at home, or all of a host at the same stand-in.
    private static SimSilo Place(SimSilo at, GrainKey key)
    {
        if (at.View.SiloOf(key.Host) is { } home)
        {
            return home;
        }

        SimSilo[] up = [.. at.View.Up];
        return up[key.Host.Sum(letter => letter) % up.Length];
    }

    private static void Meet(SimSilo one, SimSilo other)
    {
        if (other.Process.IsAlive && !other.IsCondemned)
        {
            one.View.Add(other);
        }
    }

    private void Noticed(SimSilo silo, TimeSpan least, TimeSpan most)
    {
        foreach (SimSilo other in LiveSilos.Where(other => other != silo))
        {
            Simulator.After(_chance.Between(least, most), () => Notice(other, silo));
        }
    }

    private void Notice(SimSilo by, SimSilo silo)
    {
        bool answers = silo.Process is { IsAlive: true, IsFrozen: false }
            && Network.Connects(by.Process, silo.Process);
        if (answers || !by.Process.IsAlive || by.Process.IsFrozen || by.IsCondemned
            || !Network.Connects(by.Process, Store.Process))
        {
            return;
        }

        // Whoever writes the table of members first is right; all that can read it believe it.
        if (!silo.IsCondemned)
        {
            Tell(by, $"finds {silo.Process.Name} dead");
        }

        silo.IsCondemned = true;
        foreach (SimSilo one in LiveSilos.Where(one => Network.Connects(one.Process, Store.Process)))
        {
            one.Process.Post(() => one.View.Remove(silo));
        }

        LearnFate(silo);
    }

    // Who was declared dead stops when it reads that; until then it goes on, for long sometimes.
    private void LearnFate(SimSilo silo)
    {
        if (!silo.IsCondemned || silo.Process is { IsAlive: false } or { IsFrozen: true })
        {
            return;
        }

        if (!Network.Connects(silo.Process, Store.Process))
        {
            Simulator.After(TimeSpan.FromSeconds(1), () => LearnFate(silo));
            return;
        }

        TimeSpan late = _chance.Of(0.2) ? TimeSpan.FromSeconds(15) : TimeSpan.FromSeconds(2);
        Simulator.After(_chance.Between(TimeSpan.FromMilliseconds(10), late), () =>
        {
            if (!silo.Process.IsFrozen)
            {
                Kill(silo, _chance.Between(TimeSpan.FromMilliseconds(300), TimeSpan.FromSeconds(3)));
            }
        });
    }

    private void Restart(SimSilo after)
    {
        if (_silos[after.Host] == after)
        {
            Start(after.Host);
        }
    }
}
