using Orleans.Core;
using Orleans.Timers;

namespace Headroom.Simulation.Tests.Cluster;

/// <summary>What grains ask of their runtime, on one silo of the world.</summary>
internal sealed class GrainRuntime(SimCluster cluster, SimSilo silo) : IGrainRuntime, ITimerRegistry, IServiceProvider
{
    public string SiloIdentity => silo.Process.Name;

    public SiloAddress SiloAddress => throw Unused();

    public IGrainFactory GrainFactory => silo.Grains;

    public ITimerRegistry TimerRegistry => this;

    public IServiceProvider ServiceProvider => this;

    public TimeProvider TimeProvider => silo.Process.Time;

    public void DeactivateOnIdle(IGrainContext grainContext) => ((Activation)grainContext).Deactivate(default);

    public void DelayDeactivation(IGrainContext grainContext, TimeSpan timeSpan)
    {
    }

    public IStorage<TGrainState> GetStorage<TGrainState>(IGrainContext grainContext) => throw Unused();

    public IDisposable RegisterTimer(
        IGrainContext grainContext, Func<object?, Task> callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        throw Unused();

    public IGrainTimer RegisterGrainTimer<TState>(
        IGrainContext grainContext,
        Func<TState, CancellationToken, Task> callback,
        TState state,
        GrainTimerCreationOptions options)
    {
        var owner = (Activation)grainContext;
        var timer = new GrainTimer(
            cluster, owner, () => callback(state, CancellationToken.None), options.DueTime, options.Period);
        owner.Add(timer);
        return timer;
    }

    public object? GetService(Type serviceType) => serviceType == typeof(IGrainRuntime) ? this : null;

    private static NotSupportedException Unused() => new("The grains of this project do not use it.");
}
