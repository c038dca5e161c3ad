using System.Collections.Immutable;

namespace Headroom.Silo.Kubernetes.Discovery;

/// <summary>A budget's settings as its host has them.</summary>
/// <param name="LimitBytes">What ordinary urgencies may reach.</param>
/// <param name="GuaranteeBytes">Bytes that no other container may take.</param>
/// <param name="MarginPercent">The part of the hard limit that is withheld; null for the default.</param>
/// <param name="Cgroup">Its cgroup; empty for none.</param>
/// <param name="OwnLimitBytes">The hard limit that its owner gave it; 0 where nobody says.</param>
/// <param name="ResizeMaxBytes">How far its hard limit may be raised; 0 for not at all.</param>
/// <param name="MaxUrgencies">The highest urgency of each subsystem that has a policy.</param>
internal sealed record KnownBudget(
    long LimitBytes,
    long GuaranteeBytes,
    int? MarginPercent,
    string Cgroup,
    long OwnLimitBytes,
    long ResizeMaxBytes,
    ImmutableSortedDictionary<string, Urgency> MaxUrgencies);
