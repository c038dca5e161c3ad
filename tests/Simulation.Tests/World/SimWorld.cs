using Headroom.Contracts;
using Headroom.Simulation.Tests.Clients;
using Headroom.Simulation.Tests.Cluster;
using Headroom.Simulation.Tests.Engine;

namespace Headroom.Simulation.Tests.World;

/// <summary>
/// Hosts, containers, clients and what goes wrong among them, from a plan: a while of trouble, then a while of peace,
/// in which everything that was asked has to be answered and everything that was given has to come back.
/// </summary>
internal sealed class SimWorld
{
    // After the trouble: the longest that a silo takes to come back, a budget to learn and a request to be answered.
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(90);

    // After the last client has gone: a TTL, a reading of the machine, and what loans take to lapse.
    private static readonly TimeSpan Return = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    // More than this in a moment is something that comes due again and again.
    private const int MostSteps = 20_000;
    private static readonly TimeSpan Blink = TimeSpan.FromMilliseconds(5);

    private readonly Faults _faults;
    private readonly Checks _checks;
    private readonly List<SimCaller> _callers = [];
    private readonly Dictionary<int, SimClient> _clients = [];
    private int _births;
    private long _blinkSteps;
    private TimeSpan _blinkEnds;
    private string? _violation;

    internal SimWorld(WorldPlan plan, SharedParts shared, Trace trace)
    {
        (Plan, Shared) = (plan, shared);
        Simulator = new Simulator(trace);
        Chance = new Chance(plan.Seed).Fork(0x57_0B_1D);
        Cluster = new SimCluster(this, Chance.Fork(1));
        _checks = new Checks(this);
        _faults = new Faults(this);
        Simulator.Turned = _checks.AfterTurn;
    }

    internal WorldPlan Plan { get; }

    internal SharedParts Shared { get; }

    internal Simulator Simulator { get; }

    internal Chance Chance { get; }

    internal SimCluster Cluster { get; }

    internal Tally Tally { get; } = new();

    /// <summary>The present life of each client.</summary>
    internal IReadOnlyDictionary<int, SimClient> Clients => _clients;

    internal IReadOnlyList<SimCaller> Callers => _callers;

    internal Verdict Run()
    {
        // Nothing in here has values that follow it from turn to turn: looking after them at each is in vain.
        using AsyncFlowControl none = ExecutionContext.SuppressFlow();
        try
        {
            Begin();
            Go(Plan.Busy);
            Rest();
        }
        catch (ViolationException found)
        {
            Simulator.Trace.Write(Simulator.Now, "VIOLATION", found.Message);
        }

        Simulator.End();

        return new Verdict(Plan.Seed, _violation, Simulator.Now, Simulator.Steps, Simulator.Trace.Hash)
        {
            Tally = Tally,
        };
    }

    /// <summary>
    /// Something does not hold: the first such thing ends the world, after the step that it was found in.
    /// </summary>
    internal void Violated(string what) => _violation ??= what;

    internal void Stored(string host, StoredHost record) => _checks.Stored(host, record);

    internal void Began(Activation activation) => _checks.Began(activation);

    internal void Opens(SimClient client, Guid session) => _checks.Opens(client, session);

    internal ValueTask<SessionTerms> OpenAsync(IContainerBudgetGrain grain, OpenSession message, SimClient client) =>
        _checks.OpenAsync(grain, message, client);

    internal ValueTask<ExchangeAnswer> ExchangeAsync(IContainerBudgetGrain grain, Exchange message) =>
        _checks.ExchangeAsync(grain, message);

    internal ValueTask<LeaseAnswer> AcquireAsync(ISubsystemGrain grain, LeaseRequest message, SimRequest request) =>
        _checks.AcquireAsync(grain, message, request);

    internal ValueTask<LendAnswer> LendAsync(IReserveGrain lender, LendRequest request) =>
        _checks.LendAsync(lender, request);

    internal ValueTask CancelAsync(IReserveGrain lender, Guid requestId) => _checks.CancelAsync(lender, requestId);

    /// <summary>A client process begins.</summary>
    internal void Bear(ClientPlan plan)
    {
        var client = new SimClient(this, plan, ++_births);
        _clients[plan.Number] = client;
        Cluster.Machine(plan.Container.Host).Clients.Add(client);
    }

    /// <summary>A client process ends at once, and its memory with it.</summary>
    internal void Kill(SimClient client)
    {
        client.Tell("killed");
        client.Kill();
        Cluster.Machine(client.Plan.Container.Host).Clients.Remove(client);
    }

    private void Begin()
    {
        Cluster.Network.Loss = Plan.Loss;
        Cluster.Network.Twice = Plan.Twice;
        Cluster.Network.Late = Plan.Late;
        Cluster.Network.SlowAsks = Plan.SlowAsks;
        Cluster.Network.LateOpenings = Plan.LateOpenings;
        foreach (HostPlan host in Plan.Hosts)
        {
            TimeSpan at = Chance.Between(TimeSpan.Zero, TimeSpan.FromMilliseconds(300));
            Simulator.After(at, () => Cluster.Start(host.Name));
        }

        foreach (ContainerPlan container in Plan.Containers)
        {
            Simulator.After(TimeSpan.FromMilliseconds(400), () => new Operator(this, container).Declare());
        }

        foreach (ClientPlan client in Plan.Clients)
        {
            Simulator.After(client.StartsAt, () => Bear(client));
        }

        foreach (CallerPlan plan in Plan.Callers)
        {
            Simulator.After(TimeSpan.FromMilliseconds(600), () =>
            {
                var caller = new SimCaller(this, plan);
                _callers.Add(caller);
                Cluster.Machine(plan.Container.Host).Callers.Add(caller);
            });
        }

        foreach (FaultPlan fault in Plan.Faults)
        {
            Simulator.After(fault.At, () => _faults.Begin(fault));
        }
    }

    private void Rest()
    {
        Simulator.Trace.Write(Simulator.Now, "PEACE", "all heals");
        _faults.End();
        Until(() => Cluster.IsWhole, Recovery, () => "the cluster is not whole again");
        Go(Simulator.Now + TimeSpan.FromSeconds(2));
        foreach (SimClient client in _clients.Values)
        {
            client.Rest();
        }

        _callers.ForEach(caller => caller.Rest());
        Until(
            () => _clients.Values.All(client => client.Requests.Count == 0) && _callers.All(caller => caller.IsIdle),
            Recovery,
            _checks.Unanswered);
        Until(_checks.IsUseExplained, Recovery, () => "untracked use is not seen");
        Simulator.Trace.Write(Simulator.Now, "END", "all go");
        foreach (SimClient client in _clients.Values)
        {
            if (Chance.Of(0.5))
            {
                client.Close();
                Simulator.After(TimeSpan.FromSeconds(4), () => Kill(client));
            }
            else
            {
                Kill(client);
            }
        }

        Until(_checks.IsAllFree, Return, _checks.NotFree);
    }

    // The first look may come too early for what the last step brought.
    private void Until(Func<bool> condition, TimeSpan limit, Func<string> missing)
    {
        TimeSpan end = Simulator.Now + limit;
        while (!condition())
        {
            if (Simulator.Now >= end)
            {
                Violated($"Liveness: {limit.TotalSeconds} s after the trouble {missing()}.");
            }

            Go(Simulator.Now + Look);
        }
    }

    /// <summary>Lets time go on.</summary>
    internal void Go(TimeSpan until)
    {
        while (_violation is null && Simulator.Step(until))
        {
            _checks.AfterStep();
            LookForHaste();
            if (Simulator.Strayed is { } name)
            {
                Violated($"Something of {name} left the thread of the world.");
            }
        }

        if (_violation is not null)
        {
            throw new ViolationException(_violation);
        }
    }

    private void LookForHaste()
    {
        if (Simulator.Now >= _blinkEnds)
        {
            (_blinkEnds, _blinkSteps) = (Simulator.Now + Blink, Simulator.Steps);
        }
        else if (Simulator.Steps - _blinkSteps > MostSteps)
        {
            Violated($"Liveness: more than {MostSteps} steps within {Blink.TotalMilliseconds} ms: something comes due "
                + "without end.");
        }
    }
}
