using System.Collections.Immutable;
using Headroom.Silo.Kubernetes.Pods;

namespace Headroom.Silo.Kubernetes.Discovery;

/// <summary>All that a plan rests on.</summary>
internal sealed record DiscoveryView
{
    /// <summary>The pods of this node, each name once.</summary>
    public required IReadOnlyCollection<Pod> Pods { get; init; }

    /// <summary>The cgroups that were found, by the container's id; null when they could not be looked for.</summary>
    public required IReadOnlyDictionary<string, FoundCgroup>? Cgroups { get; init; }

    /// <summary>The budgets of pods that the host knows, by name.</summary>
    public required IReadOnlyDictionary<string, KnownBudget> Known { get; init; }

    /// <summary>The subsystems whose urgency was set because an annotation said so, by budget.</summary>
    public required IReadOnlyDictionary<string, ImmutableSortedSet<string>> Annotated { get; init; }

    /// <summary>The limits that this silo asked for, by the pod's uid and the container's name.</summary>
    public required IReadOnlyDictionary<(string Uid, string Container), long> Asked { get; init; }

    /// <summary>The host's capacity: no limit is above it.</summary>
    public required long CapacityBytes { get; init; }

    /// <summary>The part of a hard limit that is withheld unless set.</summary>
    public required int DefaultMarginPercent { get; init; }

    /// <summary>The limit of a container that has none; null for the host's capacity.</summary>
    public required long? DefaultLimitBytes { get; init; }

    /// <summary>The highest urgency of a subsystem unless set.</summary>
    public required Urgency DefaultMaxUrgency { get; init; }
}
