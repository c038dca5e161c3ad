namespace Headroom.Grains;

/// <summary>What the budgets of this silo's host decide by, where the API set nothing else.</summary>
public sealed record BudgetOptions
{
    /// <summary>
    /// Whether only hosts that the cluster's membership has heard of are served. Memory of a machine must not be given
    /// out twice, under its own name and under a name that somebody made up.
    /// </summary>
    public bool KnownHostsOnly { get; init; } = true;

    /// <summary>Capacity, reserve, pledge, and the limit of containers.</summary>
    public required HostDefaults Host { get; init; }

    /// <summary>Floors of hosts, relative to capacity less reserve.</summary>
    public required FloorPolicy HostFloors { get; init; }

    /// <summary>Floors of containers, relative to their limit.</summary>
    public required FloorPolicy ContainerFloors { get; init; }

    /// <summary>How long a session lives without renewal; 1 s to 5 min.</summary>
    public required TimeSpan SessionTtl { get; init; }

    /// <summary>The longest life that a lease without a session may ask for.</summary>
    public required TimeSpan MaxLeaseTtl { get; init; }

    /// <summary>Percent of an observed hard limit that is withheld; 0 to 90.</summary>
    public required int MarginPercent { get; init; }

    /// <summary>
    /// How long a client has to give back what is asked of it, before the request that it was asked for goes on to the
    /// next rung.
    /// </summary>
    public TimeSpan ReclaimWithin { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The highest urgency of a subsystem that nobody declared.</summary>
    public required Urgency DefaultMaxUrgency { get; init; }

    /// <summary>
    /// How long an authority grants after it last confirmed that it still is the authority. It confirms every third of
    /// it.
    /// A newer activation's learning outlasts it, so a longer one makes restarts slower, a shorter one makes a slow
    /// store stop grants.
    /// </summary>
    public TimeSpan AuthorityLease { get; init; } = TimeSpan.FromSeconds(10);
}
