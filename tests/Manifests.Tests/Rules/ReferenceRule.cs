using k8s.Models;

namespace Headroom.Manifests.Tests.Rules;

/// <summary>What is referred to by name comes with it, but for what the README tells an operator to make.</summary>
internal static class ReferenceRule
{
    private const string MadeByTheOperator = "headroom-store";

    public static IEnumerable<string> Check(ManifestSet set) =>
    [
        .. set.Workloads.SelectMany(workload => Workload(set, workload)),
        .. from made in set.Objects
           where made is not (V1Namespace or V1ClusterRole or V1ClusterRoleBinding or V1PriorityClass
               or V1ValidatingAdmissionPolicy or V1ValidatingAdmissionPolicyBinding)
           where !set.Has<V1Namespace>(made.Metadata.NamespaceProperty)
           select $"{made.Kind} {made.Metadata.Name} is in no namespace that is here",
        .. from binding in set.Of<V1ValidatingAdmissionPolicyBinding>()
           where !set.Has<V1ValidatingAdmissionPolicy>(binding.Spec.PolicyName)
           select $"ValidatingAdmissionPolicyBinding {binding.Metadata.Name} is about no policy that is here",
        .. from made in set.Objects.GroupBy(made => (made.Kind, made.Metadata.Name, made.Metadata.NamespaceProperty))
           where made.Count() > 1
           select $"{made.Key.Kind} {made.Key.Name} is there twice",
    ];

    private static IEnumerable<string> Workload(ManifestSet set, Workload workload)
    {
        V1PodSpec pod = workload.Pod;
        if (pod.ServiceAccountName is { } account && !set.Has<V1ServiceAccount>(account))
        {
            yield return $"{workload.Name}: there is no ServiceAccount {account}";
        }

        if (pod.PriorityClassName is { } priority && !set.Has<V1PriorityClass>(priority))
        {
            yield return $"{workload.Name}: there is no PriorityClass {priority}";
        }

        if (workload.Object is V1StatefulSet { Spec.ServiceName: var service } && set.Of<V1Service>().Any()
            && !set.Has<V1Service>(service))
        {
            yield return $"{workload.Name}: there is no Service {service}";
        }

        foreach (V1EnvFromSource source in workload.Containers.SelectMany(container => container.EnvFrom ?? []))
        {
            if (source.ConfigMapRef is { } map && !set.Has<V1ConfigMap>(map.Name))
            {
                yield return $"{workload.Name}: there is no ConfigMap {map.Name}";
            }

            if (source.SecretRef is { } secret && secret.Name != MadeByTheOperator && !set.Has<V1Secret>(secret.Name))
            {
                yield return $"{workload.Name}: there is no Secret {secret.Name}";
            }
        }

        foreach (V1Volume volume in pod.Volumes ?? [])
        {
            if (volume.PersistentVolumeClaim is { } claim && !set.Has<V1PersistentVolumeClaim>(claim.ClaimName))
            {
                yield return $"{workload.Name}: there is no PersistentVolumeClaim {claim.ClaimName}";
            }
        }

        string[] volumes =
        [
            .. (pod.Volumes ?? []).Select(volume => volume.Name),
            .. workload.Object is V1StatefulSet { Spec.VolumeClaimTemplates: { } claims }
                ? claims.Select(claim => claim.Metadata.Name)
                : [],
        ];
        foreach (V1VolumeMount mount in workload.Containers.SelectMany(container => container.VolumeMounts ?? []))
        {
            if (!volumes.Contains(mount.Name))
            {
                yield return $"{workload.Name}: there is no volume {mount.Name}";
            }
        }
    }
}
