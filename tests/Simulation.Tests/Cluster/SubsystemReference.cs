using Headroom.Contracts;

namespace Headroom.Simulation.Tests.Cluster;

/// <summary>A subsystem as seen from a silo.</summary>
internal sealed class SubsystemReference(SimCluster cluster, SimSilo from, string name)
    : GrainAt<ISubsystemGrain>(cluster, from, new GrainKey(GrainKind.Subsystem, name)), ISubsystemGrain
{
    public ValueTask<LeaseAnswer> AcquireAsync(LeaseRequest request, CancellationToken cancellationToken) =>
        Call("Acquire", grain => grain.AcquireAsync(request, default), cancellationToken);

    public ValueTask<SubsystemView?> GetAsync(CancellationToken cancellationToken) =>
        Call("Get", grain => grain.GetAsync(default), cancellationToken);

    public ValueTask<ConfigureAnswer> ConfigureAsync(SubsystemPolicy policy, CancellationToken cancellationToken) =>
        Call("Configure", grain => grain.ConfigureAsync(policy, default), cancellationToken);

    public ValueTask<LeaseAnswer> ExplainAsync(long bytes, byte urgency, CancellationToken cancellationToken) =>
        Call("Explain", grain => grain.ExplainAsync(bytes, urgency, default), cancellationToken);

    public ValueTask LiftAsync(CancellationToken cancellationToken) =>
        Call("Lift", grain => grain.LiftAsync(default), cancellationToken);
}
