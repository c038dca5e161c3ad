using Headroom.Simulation.Tests.Clients;
using Headroom.Simulation.Tests.Cluster;
using Headroom.Simulation.Tests.Engine;

namespace Headroom.Simulation.Tests.World;

/// <summary>Makes things go wrong, and right again.</summary>
internal sealed class Faults(SimWorld world)
{
    private static readonly TimeSpan ClientHears = TimeSpan.FromMilliseconds(500);

    private readonly Chance _chance = world.Chance.Fork(3);
    private readonly List<(ContainerPlan Container, Operator By)> _changed = [];
    private bool _isOver;

    private Simulator Simulator => world.Simulator;

    private SimCluster Cluster => world.Cluster;

    internal void Begin(FaultPlan fault)
    {
        if (_isOver)
        {
            return;
        }

        if (fault.Moment is { } moment)
        {
            Cluster.Moments.On(moment, fault.Host, fault.Call, fault.Nth, _ => HappenAt(fault));
        }
        else
        {
            Happen(fault);
        }
    }

    /// <summary>Nothing goes wrong any more; what did is put right.</summary>
    internal void End()
    {
        _isOver = true;
        Cluster.Moments.Clear();
        Cluster.Network.Heal();
        (Cluster.Network.Loss, Cluster.Network.Twice, Cluster.Network.Late) = (0, 0, 0);
        (Cluster.Network.SlowAsks, Cluster.Network.LateOpenings) = (0, 0);
        (Cluster.Store.Slow, Cluster.Store.Fails, Cluster.Store.Misreports) = (TimeSpan.Zero, 0, 0);
        foreach (Machine machine in Cluster.Machines)
        {
            (machine.ForeignBytes, machine.Pressure, machine.IsUnreadable) = (0, PressureLevel.None, false);
            if (machine.Silo is { } silo)
            {
                silo.Memory.Fails = 0;
            }
        }

        foreach (SimClient client in world.Clients.Values.Where(client => client.Process.IsFrozen))
        {
            client.Process.Resume();
        }

        Cluster.Heal();

        // A limit below what the private stores of its clients hold leaves must-succeed waiting until it is raised: as
        // soon as no copy of the earlier word is on its way any more.
        _changed.ForEach(change => change.By.Stop());
        Simulator.After(Network.LongestDelay, () =>
        {
            foreach (ContainerPlan container in _changed.Select(change => change.Container).Distinct())
            {
                new Operator(world, container).Declare();
            }
        });
    }

    // A clock jumps a little later: its client has to hear of what began.
    private void HappenAt(FaultPlan fault)
    {
        if (fault.Kind != FaultKind.ClientJump)
        {
            Happen(fault);
            return;
        }

        Simulator.After(ClientHears * (1 + fault.Variant), () =>
        {
            if (!_isOver)
            {
                Happen(fault);
            }
        });
    }

    private void Happen(FaultPlan fault)
    {
        Simulator.Trace.Write(Simulator.Now, "FAULT", fault.ToString());
        world.Tally.Count($"fault {fault.Kind}");
        SimSilo? silo = fault.Host.Length > 0 ? Cluster.SiloOf(fault.Host) : null;
        SimClient? client = world.Clients.GetValueOrDefault(fault.Client);
        if (fault.Client > 0 ? client is { Process.IsAlive: true } : silo is null or { Process.IsAlive: true })
        {
            Happen(fault, silo!, client!);
        }
    }

    private void Happen(FaultPlan fault, SimSilo silo, SimClient client)
    {
        switch (fault.Kind)
        {
            case FaultKind.SiloCrash:
                Cluster.Kill(silo, fault.Lasts);
                break;
            case FaultKind.SiloFreeze:
                Cluster.Freeze(silo, fault.Lasts);
                break;
            case FaultKind.SiloStop:
                Stop(silo, fault.Lasts);
                break;
            case FaultKind.MachineCrash:
                CrashMachine(fault, silo);
                break;
            case FaultKind.MachineCut:
                CutMachine(fault, silo);
                break;
            case FaultKind.StoreCut:
                Add(fault, Cut.Between(silo.Process, Cluster.Store.Process));
                break;
            case FaultKind.StoreSlow:
                For(fault, on => Cluster.Store.Slow = on ? TimeSpan.FromSeconds(fault.Variant) : TimeSpan.Zero);
                break;
            case FaultKind.StoreFails:
                For(fault, on => Cluster.Store.Fails = on ? Part(fault) : 0);
                break;
            case FaultKind.StoreMisreports:
                For(fault, on => Cluster.Store.Misreports = on ? Part(fault) : 0);
                break;
            case FaultKind.ClientCrash:
                world.Kill(client);
                Simulator.After(fault.Lasts, () => Bear(client));
                break;
            case FaultKind.ClientFreeze:
                client.Process.Freeze();
                Simulator.After(fault.Lasts, client.Process.Resume);
                break;
            case FaultKind.ClientCut:
                Add(fault, Cut.Around(process => process == client.Process, fault.Variant != 1, fault.Variant != 2));
                break;
            case FaultKind.ClientStall:
                client.Process.Freeze();
                Simulator.After(fault.Lasts, client.Process.Resume);
                Add(
                    fault with { Lasts = fault.Lasts * 4 },
                    Cut.Around(process => process == client.Process, incoming: false));
                break;
            case FaultKind.ClientJump:
                client.Process.Skip(fault.Lasts);
                break;
            case FaultKind.Storm:
                For(fault, Storm);
                break;
            case FaultKind.Duplicate:
                Duplicate(fault);
                break;
            case FaultKind.Pressure:
                For(fault, on => Cluster.Machine(fault.Host).Pressure =
                    on ? (PressureLevel)(1 + (fault.Variant % 2)) : PressureLevel.None);
                break;
            case FaultKind.ForeignUse:
                Machine machine = Cluster.Machine(fault.Host);
                For(fault, on => machine.ForeignBytes = on ? machine.TotalBytes / 4 * (1 + (fault.Variant % 4)) : 0);
                break;
            case FaultKind.NoMemory:
                For(fault, on => silo.Memory.Fails = on ? Part(fault) : 0);
                break;
            case FaultKind.Unreadable:
                For(fault, on => Cluster.Machine(fault.Host).IsUnreadable = on);
                break;
            default:
                ChangeSettings(fault);
                break;
        }
    }

    private static double Part(FaultPlan fault) => (1 + (fault.Variant % 4)) / 4.0;

    private void For(FaultPlan fault, Action<bool> set)
    {
        set(true);
        Simulator.After(fault.Lasts, () => set(false));
    }

    private void Add(FaultPlan fault, Cut cut)
    {
        Cluster.Network.Add(cut);
        Simulator.After(fault.Lasts, () => Cluster.Network.Remove(cut));
    }

    private void CutMachine(FaultPlan fault, SimSilo silo)
    {
        bool withStore = (fault.Variant & 4) == 0;
        string name = silo.Process.Machine;
        Add(fault, Cut.Around(
            process => process.Machine == name || (!withStore && process == Cluster.Store.Process),
            (fault.Variant & 3) != 1,
            (fault.Variant & 3) != 2));
        Cluster.Suspect(silo);
    }

    private void Stop(SimSilo silo, TimeSpan down)
    {
        silo.Process.Post(() => _ = DrainAsync());

        async Task DrainAsync()
        {
            silo.Drain();
            try
            {
                await silo.Grains.GetGrain<Contracts.IHostBudgetGrain>(silo.Host).DrainAsync(default);
            }
            catch (Exception error)
            {
                // As in a silo that stops: what cannot be told is not waited for.
                Cluster.Weigh(error, "draining");
            }

            Cluster.Kill(silo, down);
        }
    }

    private void CrashMachine(FaultPlan fault, SimSilo silo)
    {
        foreach (SimClient client in Cluster.Machine(silo.Host).Clients.ToArray())
        {
            world.Kill(client);
            Simulator.After(fault.Lasts * 1.5, () => Bear(client));
        }

        Cluster.Kill(silo, fault.Lasts);
    }

    private void Bear(SimClient after)
    {
        if (!_isOver && world.Clients[after.Plan.Number] == after)
        {
            world.Bear(after.Plan);
        }
    }

    private void Storm(bool on)
    {
        (Cluster.Network.Loss, Cluster.Network.Twice, Cluster.Network.Late) = on
            ? (0.15, 0.15, 0.2)
            : (world.Plan.Loss, world.Plan.Twice, world.Plan.Late);
    }

    private void Duplicate(FaultPlan fault)
    {
        SimSilo[] others = [.. Cluster.LiveSilos.Where(silo => silo.Host != fault.Host)];
        if (others.Length == 0)
        {
            return;
        }

        SimSilo at = _chance.Pick(others);
        ContainerPlan container = _chance.Pick(Cluster.Machine(fault.Host).Plan.Containers);
        GrainKey key = fault.Variant % 2 == 0
            ? new GrainKey(GrainKind.Host, fault.Host)
            : new GrainKey(GrainKind.Container, container.Key);
        Cluster.Duplicate(at, key);
    }

    private void ChangeSettings(FaultPlan fault)
    {
        ContainerPlan container = _chance.Pick(Cluster.Machine(fault.Host).Plan.Containers);
        var by = new Operator(world, container);
        _changed.Add((container, by));
        long limit = container.LimitBytes / 4 * (2 + (fault.Variant % 3));
        by.Change(limit, container.GuaranteeBytes / 2, container.QuotaBytes, int.MaxValue);
    }
}
