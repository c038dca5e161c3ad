using k8s;
using k8s.Models;

namespace Headroom.Manifests.Tests;

/// <summary>What makes pods, whichever kind it is.</summary>
internal sealed record Workload(
    IKubernetesObject<V1ObjectMeta> Object, V1LabelSelector? Selector, V1PodTemplateSpec Template)
{
    public string Name => $"{Object.Kind} {Object.Metadata.Name}";

    public string? Namespace => Object.Metadata.NamespaceProperty;

    public V1PodSpec Pod => Template.Spec;

    public IReadOnlyDictionary<string, string> PodLabels =>
        new Dictionary<string, string>(Template.Metadata?.Labels ?? new Dictionary<string, string>());

    /// <summary>All containers, those that run first included.</summary>
    public IEnumerable<V1Container> Containers => [.. Pod.InitContainers ?? [], .. Pod.Containers];

    /// <summary>The workload of an object; null for one that makes no pods.</summary>
    public static Workload? Of(IKubernetesObject<V1ObjectMeta> made) => made switch
    {
        V1DaemonSet set => new(set, set.Spec.Selector, set.Spec.Template),
        V1Deployment deployment => new(deployment, deployment.Spec.Selector, deployment.Spec.Template),
        V1StatefulSet set => new(set, set.Spec.Selector, set.Spec.Template),
        V1Job job => new(job, null, job.Spec.Template),
        _ => null,
    };
}
