using k8s.Models;

namespace Headroom.Manifests.Tests.Rules;

/// <summary>
/// Whoever has a port has probes. Alive and ready are not the same question: what only makes a silo unready must not
/// have it killed.
/// </summary>
internal static class ProbeRule
{
    public static IEnumerable<string> Check(ManifestSet set) =>
        from workload in set.Workloads
        where workload.Object is not V1Job
        from container in workload.Pod.Containers
        where container.Ports is { Count: > 0 }
        from finding in Container($"{workload.Name}, container {container.Name}", container)
        select finding;

    private static IEnumerable<string> Container(string name, V1Container container)
    {
        if (container is not { StartupProbe: not null, LivenessProbe: not null, ReadinessProbe: not null })
        {
            yield return $"{name} lacks a probe";
            yield break;
        }

        if (container.LivenessProbe.HttpGet is { } live)
        {
            if (live.Path != "/healthz/live" || container.StartupProbe.HttpGet?.Path != "/healthz/live")
            {
                yield return $"{name} is asked for more than whether it is alive before it is killed";
            }

            if (container.ReadinessProbe.HttpGet?.Path != "/healthz/ready")
            {
                yield return $"{name} is not asked whether it is ready";
            }
        }

        if (Seconds(container.LivenessProbe) <= Seconds(container.ReadinessProbe))
        {
            yield return $"{name} is killed before it is seen to be unready";
        }
    }

    private static int Seconds(V1Probe probe) => (probe.PeriodSeconds ?? 10) * (probe.FailureThreshold ?? 3);
}
