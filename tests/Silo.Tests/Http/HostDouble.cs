using Headroom.Contracts;

namespace Headroom.Silo.Tests.Http;

internal sealed class HostDouble(string key, GrainDoubles cluster) : IHostBudgetGrain
{
    public ValueTask<HostView> GetAsync(CancellationToken cancellationToken)
    {
        cluster.Note(key, "Get");
        return new(new HostView
        {
            Host = key,
            CapacityBytes = GrainDoubles.CapacityBytes,
            ReserveBytes = 1000,
            PledgedBytes = 100,
            AllottedBytes = 5000,
            UntrackedBytes = 7,
            AvailableBytes = [1, 2, 3, -4],
            Pressure = 1,
            UsedBytes = 9000,
            Containers = [.. cluster.Containers, "idle"],
            Watched = [.. cluster.Containers],
            LoanBytes = 11,
            OverdraftBytes = 12,
        });
    }

    public ValueTask<ConfigureAnswer> ConfigureAsync(HostSettings settings, CancellationToken cancellationToken) =>
        Configure("Configure", settings);

    public ValueTask<ConfigureAnswer> ConfigureContainerAsync(
        string container, ContainerSettings settings, CancellationToken cancellationToken)
    {
        cluster.Containers.Add(container);
        return Configure("ConfigureContainer", settings);
    }

    public ValueTask<bool> ForgetContainerAsync(string container, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask<ConfigureAnswer> ConfigureSubsystemAsync(
        string container, string subsystem, SubsystemPolicy policy, CancellationToken cancellationToken) =>
        Configure("ConfigureSubsystem", policy);

    public ValueTask<ContainerTerms?> GetContainerAsync(string container, CancellationToken cancellationToken)
    {
        cluster.Note(key, "GetContainer");
        return new(cluster.Containers.Contains(container)
            ? new ContainerTerms
            {
                Epoch = 3,
                AllottedBytes = 5000,
                Order = 1,
                LongestTtl = default,
                AuthorityLease = default,
                HostCapacityBytes = GrainDoubles.CapacityBytes,
                Policies = [],
                Settings = new ContainerSettings
                {
                    LimitBytes = 100_000,
                    GuaranteeBytes = 10,
                    MustSucceedQuotaBytes = 20,
                    Cgroup = "/pods/a",
                },
            }
            : null);
    }

    public ValueTask<AuditReport> AuditAsync(CancellationToken cancellationToken)
    {
        cluster.Note(key, "Audit");
        return new(new AuditReport { Violations = cluster.Violations });
    }

    public ValueTask<ContainerTerms> JoinAsync(string container, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask<AllotAnswer> AllotAsync(AllotRequest request, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask<HostView> ObserveAsync(HostObservation observation, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask<LentMarkReply> MarkLentAsync(LentMarkRequest request, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask DrainAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    private ValueTask<ConfigureAnswer> Configure(string method, object settings)
    {
        cluster.Note(key, method, settings);
        return new(cluster.OnConfigure(settings));
    }
}
