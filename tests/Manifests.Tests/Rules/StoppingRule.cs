using k8s.Models;

namespace Headroom.Manifests.Tests.Rules;

/// <summary>Nobody is killed while it still stops.</summary>
internal static class StoppingRule
{
    // What a silo takes at most, and what the SDK and the journal take; ProcessHosting and docs/ARCHITECTURE.md.
    private const int StopSeconds = 10;
    private const int MarginSeconds = 5;

    public static IEnumerable<string> Check(ManifestSet set) =>
    [
        .. from workload in set.Workloads
           let before = workload.Pod.Containers.Max(container => container.Lifecycle?.PreStop?.Sleep?.Seconds ?? 0)
           where (workload.Pod.TerminationGracePeriodSeconds ?? 30) < before + StopSeconds + MarginSeconds
           select $"{workload.Name} is killed before it has stopped",
        .. from workload in set.Workloads
           where workload == set.Silo
           where !workload.Pod.Containers.Any(container => container.Lifecycle?.PreStop?.Sleep?.Seconds > 0)
           select $"{workload.Name} stops to listen before anybody knows",
        .. from workload in set.Workloads
           where workload.Object is V1DaemonSet { Spec.UpdateStrategy: var strategy } && workload == set.Silo
               && (strategy?.Type != "RollingUpdate" || strategy.RollingUpdate?.MaxUnavailable?.Value != "1")
           select $"{workload.Name} takes more than one silo away at a time",
    ];
}
