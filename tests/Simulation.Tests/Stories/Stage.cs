using Headroom.Contracts;
using Headroom.Simulation.Tests.Cluster;
using Headroom.Simulation.Tests.Engine;
using Headroom.Simulation.Tests.World;

namespace Headroom.Simulation.Tests.Stories;

/// <summary>A world in which nothing happens but what a story tells.</summary>
internal sealed class Stage
{
    private readonly SimWorld _world;

    internal Stage(params string[] hosts)
    {
        var plan = new WorldPlan(1)
        {
            Busy = TimeSpan.Zero,
            SessionTtl = TimeSpan.FromSeconds(5),
            AuthorityLease = TimeSpan.FromSeconds(5),
            ReclaimWithin = TimeSpan.FromSeconds(1),
            Loss = 0,
            Twice = 0,
            Late = 0,
            SlowAsks = 0,
            LateOpenings = 0,
            Drift = 0,
            Hosts = [.. hosts.Select(Host)],
            Clients = [],
            Callers = [],
            Faults = [],
        };
        _world = new SimWorld(plan, new SharedParts(), new Trace(keeps: false));
        foreach (string host in hosts)
        {
            Cluster.Start(host);
        }

        Pass(TimeSpan.FromSeconds(1));
    }

    internal SimCluster Cluster => _world.Cluster;

    /// <summary>The host's budget, as its own silo reaches it.</summary>
    internal IHostBudgetGrain HostOf(string host) =>
        Cluster.SiloOf(host)!.Grains.GetGrain<IHostBudgetGrain>(host);

    /// <summary>The budget of the host's container, as the host's own silo reaches it.</summary>
    internal IContainerBudgetGrain ContainerOf(string host) =>
        Cluster.SiloOf(host)!.Grains.GetGrain<IContainerBudgetGrain>($"{host}/c0");

    /// <summary>Begins a call in a turn of a host's silo.</summary>
    internal Reply<T> Begin<T>(string host, Func<ValueTask<T>> call)
    {
        var reply = new Reply<T>();
        Cluster.SiloOf(host)!.Process.Post(() => _ = reply.TakeAsync(call));
        return reply;
    }

    /// <summary>Lets time go on.</summary>
    internal void Pass(TimeSpan time) => _world.Go(_world.Simulator.Now + time);

    private static HostPlan Host(string name) => new(name)
    {
        CapacityBytes = 64L << 20,
        ReserveBytes = 16L << 20,
        PledgedBytes = 8L << 20,
        SpareBytes = 16L << 20,
        Containers =
        [
            new ContainerPlan(name, "c0")
            {
                LimitBytes = 32L << 20, GuaranteeBytes = 0, QuotaBytes = null, HasCgroup = false, Subsystems = [],
            },
        ],
    };
}
