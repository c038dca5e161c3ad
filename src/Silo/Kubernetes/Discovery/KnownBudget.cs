using System.Collections.Immutable;

namespace Headroom.Silo.Kubernetes.Discovery;

/// <summary>A budget's settings as its host has them.</summary>
/// <param name="LimitBytes">What ordinary urgencies may reach.</param>
/// <param name="GuaranteeBytes">Bytes that no other container may take.</param>
/// <param name="MarginPercent">The part of the hard limit that is withheld; null for the default.</param>
/// <param name="Cgroup">Its cgroup; empty for none.</param>
/// <param name="MaxUrgencies">The highest urgency of each subsystem that has a policy.</param>
internal sealed record KnownBudget(
    long LimitBytes,
    long GuaranteeBytes,
    int? MarginPercent,
    string Cgroup,
    ImmutableSortedDictionary<string, Urgency> MaxUrgencies);
