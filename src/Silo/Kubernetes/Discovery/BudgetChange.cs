using System.Collections.Immutable;
using Headroom.Silo.Kubernetes.Pods;

namespace Headroom.Silo.Kubernetes.Discovery;

/// <summary>What is to be changed of a budget. Nulls stay as they are.</summary>
/// <param name="Budget">The budget's name.</param>
/// <param name="Pod">The pod that is told when the host refuses; null when the pod is gone.</param>
internal sealed record BudgetChange(string Budget, Pod? Pod)
{
    /// <summary>What ordinary urgencies may reach.</summary>
    public long? LimitBytes { get; init; }

    /// <summary>Bytes that no other container may take.</summary>
    public long? GuaranteeBytes { get; init; }

    /// <summary>The part of the hard limit that is withheld.</summary>
    public int? MarginPercent { get; init; }

    /// <summary>Its cgroup; empty for none.</summary>
    public string? Cgroup { get; init; }

    /// <summary>The hard limit that its owner gave it; 0 where nobody says.</summary>
    public long? OwnLimitBytes { get; init; }

    /// <summary>How far its hard limit may be raised; 0 for not at all.</summary>
    public long? ResizeMaxBytes { get; init; }

    /// <summary>The highest urgency of each of these subsystems.</summary>
    public ImmutableSortedDictionary<string, Urgency> MaxUrgencies { get; init; } =
        ImmutableSortedDictionary<string, Urgency>.Empty;

    /// <summary>Whether anything of the container itself is to be changed.</summary>
    public bool ChangesContainer => Cgroup is not null
        || (LimitBytes ?? GuaranteeBytes ?? MarginPercent ?? OwnLimitBytes ?? ResizeMaxBytes) is not null;

    /// <summary>Whether there is nothing to change.</summary>
    public bool IsEmpty => !ChangesContainer && MaxUrgencies.IsEmpty;
}
