using Headroom.Grains;
using Headroom.Grains.Budgets;
using Headroom.Grains.Lending;
using Headroom.Grains.Resilience;
using Headroom.Simulation.Tests.Engine;
using Headroom.Simulation.Tests.World;
using Microsoft.Extensions.Options;
using Polly.Registry;

namespace Headroom.Simulation.Tests.Cluster;

/// <summary>One life of a host's silo: the real grains and their services, on a process of the world.</summary>
internal sealed class SimSilo
{
    private readonly SimCluster _cluster;
    private readonly MonotonicClock _clock;
    private readonly FixedOptions<UrgencyPipelineOptions> _waits = new(WorldPlan.Pipeline);
    private readonly Func<SubsystemGrain> _subsystem;
    private readonly Func<ReserveGrain> _reserve;
    private readonly Action _start;
    private readonly Action _drain;

    internal SimSilo(SimCluster cluster, HostPlan plan, long life, SimProcess process, Chance chance)
    {
        (_cluster, Plan, Life, Process) = (cluster, plan, life, process);
        View = new SiloView(cluster, this);
        Grains = new SimGrains(cluster, this);
        Runtime = new GrainRuntime(cluster, this);
        _clock = new MonotonicClock(process.Time);
        Options = cluster.Plan.Budgets(plan);
        Memory = new SimMemory(cluster, this, life, chance.Fork(1));
        var pledges = new PledgeView(_clock);
        IOptions<LendingOptions> lending = Microsoft.Extensions.Options.Options.Create(
            new LendingOptions { Seed = chance.Below(int.MaxValue), AskLimit = TimeSpan.FromSeconds(3) });
        var broker = new SimBroker(Grains, View, pledges, lending.Value, process.Time);
        var lender = new Lender(
            Grains, View, Memory, pledges, _clock, cluster.Shared.Metrics, cluster.Shared.Events, Logger<Lender>());
        var gossip = new PledgeGossip(Grains, View, pledges, lending, process.Time);
        var monitor = new Monitor(cluster, this);
        ResiliencePipelineRegistry<Urgency> pipelines = Pipelines(chance);
        _subsystem = () => new SubsystemGrain(
            pipelines,
            _waits,
            Options,
            broker,
            View,
            _clock,
            cluster.Shared.Metrics,
            cluster.Shared.Events,
            Logger<SubsystemGrain>());
        _reserve = () => new ReserveGrain(lender, View);
        _drain = lender.Drain;
        _start = () =>
        {
            _ = Internals.ExecuteAsync(lender, CancellationToken.None);
            _ = Internals.ExecuteAsync(gossip, CancellationToken.None);
            _ = monitor.RunAsync();
        };
    }

    internal HostPlan Plan { get; }

    internal string Host => Plan.Name;

    /// <summary>Which start of any silo this is; the newer one has the larger number.</summary>
    internal long Life { get; }

    internal SimProcess Process { get; }

    internal SiloView View { get; }

    internal SimGrains Grains { get; }

    internal GrainRuntime Runtime { get; }

    internal IServiceProvider Services => Runtime;

    internal BudgetOptions Options { get; }

    internal SimMemory Memory { get; }

    /// <summary>Where this silo believes grains to be.</summary>
    internal Dictionary<GrainKey, Activation> Known { get; } = [];

    /// <summary>Whether the others have declared it dead.</summary>
    internal bool IsCondemned { get; set; }

    internal void Start() => Process.Post(_start);

    /// <summary>Lends no more: the silo is about to stop.</summary>
    internal void Drain() => _drain();

    internal object Make(Activation activation) => GrainContexts.Within<object>(activation, () =>
        activation.Key.Kind switch
        {
            GrainKind.Host => new HostBudgetGrain(
                StateOf(activation.Key.Name),
                Options,
                View,
                _clock,
                _cluster.Shared.Metrics,
                _cluster.Shared.Events,
                Logger<HostBudgetGrain>()),
            GrainKind.Container => new ContainerBudgetGrain(
                Options,
                View,
                _clock,
                _cluster.Shared.Metrics,
                _cluster.Shared.Events,
                new NoHardLimits(),
                Logger<ContainerBudgetGrain>()),
            GrainKind.Subsystem => _subsystem(),
            _ => _reserve(),
        });

    private ResiliencePipelineRegistry<Urgency> Pipelines(Chance chance)
    {
        var pipelines = new ResiliencePipelineRegistry<Urgency>();
        foreach (Urgency urgency in Enum.GetValues<Urgency>())
        {
            pipelines.TryAddBuilder<Contracts.LeaseAnswer>(urgency, (builder, context) =>
            {
                builder.TimeProvider = Process.Time;
                UrgencyPipelines.Build(builder, _waits.Get(context.PipelineKey.ToString()), chance.Unit);
            });
        }

        return pipelines;
    }

    private SimState StateOf(string host) => new(_cluster.Store, this, host);

    private SimLogger<T> Logger<T>() => new(_cluster, this);
}
