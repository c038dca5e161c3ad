using Headroom.Grains;
using Headroom.Grains.Resilience;

namespace Headroom.Simulation.Tests.World;

/// <summary>All that is decided about a world before it begins. The same plan gives the same world.</summary>
internal sealed record WorldPlan(ulong Seed)
{
    /// <summary>How long clients work and things go wrong; after that all comes to rest.</summary>
    internal required TimeSpan Busy { get; init; }

    internal required TimeSpan SessionTtl { get; init; }

    internal required TimeSpan AuthorityLease { get; init; }

    internal required TimeSpan ReclaimWithin { get; init; }

    internal required double Loss { get; init; }

    internal required double Twice { get; init; }

    internal required double Late { get; init; }

    /// <summary>Of what lenders are asked, the part that arrives when its borrower may have given up.</summary>
    internal required double SlowAsks { get; init; }

    /// <summary>The part of openings of which a copy comes much later.</summary>
    internal required double LateOpenings { get; init; }

    /// <summary>How much faster or slower a clock may run, in parts of a million.</summary>
    internal required long Drift { get; init; }

    internal required IReadOnlyList<HostPlan> Hosts { get; init; }

    internal required IReadOnlyList<ClientPlan> Clients { get; init; }

    internal required IReadOnlyList<CallerPlan> Callers { get; init; }

    internal required IReadOnlyList<FaultPlan> Faults { get; init; }

    internal IEnumerable<ContainerPlan> Containers => Hosts.SelectMany(host => host.Containers);

    /// <summary>The plan in words.</summary>
    internal IEnumerable<string> Describe()
    {
        yield return $"session {SessionTtl}, authority {AuthorityLease}, loss {Loss}, twice {Twice}, late {Late}, "
            + $"slow asks {SlowAsks}, late openings {LateOpenings}, "
            + $"drift {Drift}, busy for {Busy}";
        foreach (HostPlan host in Hosts)
        {
            yield return $"host {host.Name}: {host.CapacityBytes}, reserve {host.ReserveBytes}, pledged "
                + $"{host.PledgedBytes}";
        }

        foreach (ContainerPlan container in Containers)
        {
            yield return $"container {container.Key}: limit {container.LimitBytes}, "
                + $"guarantee {container.GuaranteeBytes}, "
                + $"quota {container.QuotaBytes}{(container.HasCgroup ? ", cgroup" : string.Empty)}";
        }

        foreach (ClientPlan client in Clients)
        {
            yield return $"client {client.Number} of {client.Container.Key}: up to {client.MostBytes}"
                + $"{(client.IsWitnessed ? string.Empty : ", unseen")}{(client.Complies ? string.Empty : ", keeps")}";
        }

        foreach (FaultPlan fault in Faults)
        {
            yield return $"fault {fault}";
        }
    }

    /// <summary>What the silo of a host decides by.</summary>
    internal BudgetOptions Budgets(HostPlan host) => new()
    {
        Host = new HostDefaults(host.CapacityBytes, host.ReserveBytes, host.PledgedBytes, null),
        HostFloors = new FloorPolicy(20, 10, 5),
        ContainerFloors = new FloorPolicy(20, 10, 5),
        SessionTtl = SessionTtl,
        MaxLeaseTtl = TimeSpan.FromSeconds(20),
        MarginPercent = 10,
        ReclaimWithin = ReclaimWithin,
        DefaultMaxUrgency = Urgency.MustSucceed,
        AuthorityLease = AuthorityLease,
    };

    /// <summary>The pipeline of an urgency, as a silo has it that was not set otherwise.</summary>
    internal static UrgencyPipelineOptions Pipeline(string urgency) => urgency switch
    {
        nameof(Urgency.Optional) => new() { Wait = TimeSpan.Zero, MaxRetries = 0 },
        nameof(Urgency.SafeToFail) => new() { Wait = TimeSpan.FromSeconds(0.8), MaxRetries = 3 },
        nameof(Urgency.RiskyToFail) => new() { Wait = TimeSpan.FromSeconds(10), MaxRetries = 20 },
        _ => new() { Wait = TimeSpan.FromSeconds(30), MaxRetries = 0 },
    };
}
