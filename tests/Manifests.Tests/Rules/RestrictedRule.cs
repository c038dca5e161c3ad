using k8s.Models;

namespace Headroom.Manifests.Tests.Rules;

/// <summary>
/// Every container is as the level "restricted" of pod security wants it, on a read-only root, without a token that it
/// does not need. The one exception: the silo sees the node's cgroups, read-only, and its namespace allows that.
/// </summary>
internal static class RestrictedRule
{
    private const string Cgroups = "/sys/fs/cgroup";
    private const string Enforce = "pod-security.kubernetes.io/enforce";

    public static IEnumerable<string> Check(ManifestSet set) =>
    [
        .. set.Workloads.SelectMany(workload => workload.Containers.SelectMany(
            container => Container(workload, container))),
        .. set.Workloads.SelectMany(workload => Pod(set, workload)),
    ];

    private static IEnumerable<string> Container(Workload workload, V1Container container)
    {
        string name = $"{workload.Name}, container {container.Name}";
        V1SecurityContext own = container.SecurityContext ?? new();
        V1PodSecurityContext pod = workload.Pod.SecurityContext ?? new();
        if ((own.RunAsNonRoot ?? pod.RunAsNonRoot) != true || (own.RunAsUser ?? pod.RunAsUser) is null or 0)
        {
            yield return $"{name} may run as root";
        }

        if ((own.SeccompProfile ?? pod.SeccompProfile)?.Type != "RuntimeDefault")
        {
            yield return $"{name} has no seccomp profile";
        }

        if (own.AllowPrivilegeEscalation != false || own.Privileged == true)
        {
            yield return $"{name} may get more privileges";
        }

        if (own.Capabilities?.Drop?.Contains("ALL") != true || own.Capabilities.Add is { Count: > 0 })
        {
            yield return $"{name} has capabilities";
        }

        if (own.ReadOnlyRootFilesystem != true)
        {
            yield return $"{name} may write to its root";
        }
    }

    private static IEnumerable<string> Pod(ManifestSet set, Workload workload)
    {
        V1PodSpec pod = workload.Pod;
        if (pod.HostNetwork == true || pod.HostPID == true || pod.HostIPC == true)
        {
            yield return $"{workload.Name} uses a namespace of the node";
        }

        V1Volume[] ofHost = [.. (pod.Volumes ?? []).Where(volume => volume.HostPath is not null)];
        foreach (V1Volume volume in ofHost)
        {
            bool mayWrite = pod.Containers.SelectMany(container => container.VolumeMounts ?? [])
                .Any(mount => mount.Name == volume.Name && mount.ReadOnlyProperty != true);
            if (workload != set.Silo || volume.HostPath.Path != Cgroups || mayWrite)
            {
                yield return $"{workload.Name} has {volume.HostPath.Path} of the node, or may write to it";
            }
        }

        if (pod.AutomountServiceAccountToken is not { } mounts || mounts != (workload == set.Silo))
        {
            yield return $"{workload.Name} does not say whether it needs a token, or has one that it does not need";
        }

        string? level = set.Of<V1Namespace>().SingleOrDefault(space => space.Metadata.Name == workload.Namespace)
            ?.Metadata.Labels?.FirstOrDefault(label => label.Key == Enforce).Value;
        bool hasSilo = set.Silo?.Namespace == workload.Namespace;
        if (level != (hasSilo ? "privileged" : "restricted"))
        {
            yield return $"{workload.Name}: its namespace enforces {level ?? "nothing"}";
        }
    }
}
