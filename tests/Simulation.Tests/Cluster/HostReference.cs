using Headroom.Contracts;

namespace Headroom.Simulation.Tests.Cluster;

/// <summary>A host's budget as seen from a silo.</summary>
internal sealed class HostReference(SimCluster cluster, SimSilo from, string name)
    : GrainAt<IHostBudgetGrain>(cluster, from, new GrainKey(GrainKind.Host, name)), IHostBudgetGrain
{
    public ValueTask<ContainerTerms> JoinAsync(string container, CancellationToken cancellationToken) =>
        Call("Join", grain => grain.JoinAsync(container, default), cancellationToken);

    public ValueTask<AllotAnswer> AllotAsync(AllotRequest request, CancellationToken cancellationToken) =>
        Call("Allot", grain => grain.AllotAsync(request, default), cancellationToken);

    public ValueTask<HostView> ObserveAsync(HostObservation observation, CancellationToken cancellationToken) =>
        Call("Observe", grain => grain.ObserveAsync(observation, default), cancellationToken);

    public ValueTask<LentMarkReply> MarkLentAsync(LentMarkRequest request, CancellationToken cancellationToken) =>
        Call("MarkLent", grain => grain.MarkLentAsync(request, default), cancellationToken);

    public ValueTask<HostView> GetAsync(CancellationToken cancellationToken) =>
        Call("Get", grain => grain.GetAsync(default), cancellationToken);

    public ValueTask<ConfigureAnswer> ConfigureAsync(HostSettings settings, CancellationToken cancellationToken) =>
        Call("Configure", grain => grain.ConfigureAsync(settings, default), cancellationToken);

    public ValueTask<ConfigureAnswer> ConfigureContainerAsync(
        string container, ContainerSettings settings, CancellationToken cancellationToken) =>
        Call(
            "ConfigureContainer",
            grain => grain.ConfigureContainerAsync(container, settings, default),
            cancellationToken);

    public ValueTask<bool> ForgetContainerAsync(string container, CancellationToken cancellationToken) =>
        Call("ForgetContainer", grain => grain.ForgetContainerAsync(container, default), cancellationToken);

    public ValueTask<ConfigureAnswer> ConfigureSubsystemAsync(
        string container, string subsystem, SubsystemPolicy policy, CancellationToken cancellationToken) =>
        Call(
            "ConfigureSubsystem",
            grain => grain.ConfigureSubsystemAsync(container, subsystem, policy, default),
            cancellationToken);

    public ValueTask<ContainerTerms?> GetContainerAsync(string container, CancellationToken cancellationToken) =>
        Call("GetContainer", grain => grain.GetContainerAsync(container, default), cancellationToken);

    public ValueTask<AuditReport> AuditAsync(CancellationToken cancellationToken) =>
        Call("Audit", grain => grain.AuditAsync(default), cancellationToken);

    public ValueTask DrainAsync(CancellationToken cancellationToken) =>
        Call("Drain", grain => grain.DrainAsync(default), cancellationToken);
}
