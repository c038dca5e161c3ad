using k8s;
using k8s.Models;

namespace Headroom.Manifests.Tests;

/// <summary>Objects that are applied together.</summary>
internal sealed class ManifestSet
{
    private static readonly Dictionary<string, Type> OtherKinds = new(StringComparer.Ordinal)
    {
        ["monitoring.coreos.com/v1/ServiceMonitor"] = typeof(ServiceMonitor),
    };

    private ManifestSet(IReadOnlyList<IKubernetesObject<V1ObjectMeta>> objects)
    {
        Objects = objects;
        Workloads = [.. objects.Select(Workload.Of).OfType<Workload>()];
    }

    public IReadOnlyList<IKubernetesObject<V1ObjectMeta>> Objects { get; }

    public IReadOnlyList<Workload> Workloads { get; }

    /// <summary>The silos, which are in every overlay; null in an application's own manifests.</summary>
    public Workload? Silo => Workloads.SingleOrDefault(workload => workload.Object is V1DaemonSet
        && workload.PodLabels.Contains(new("app.kubernetes.io/component", "silo")));

    /// <summary>
    /// Loads manifests strictly: an unknown field, kind or type of value, or a key that is there twice, throws.
    /// </summary>
    public static ManifestSet Load(string yaml) => new(
    [
        .. KubernetesYaml.LoadAllFromString(yaml, OtherKinds, strict: true).Cast<IKubernetesObject<V1ObjectMeta>>(),
    ]);

    public IEnumerable<T> Of<T>() => Objects.OfType<T>();

    public bool Has<T>(string? name)
        where T : IKubernetesObject<V1ObjectMeta> => Of<T>().Any(found => found.Metadata.Name == name);

    /// <summary>The workloads whose pods a selector means.</summary>
    public IEnumerable<Workload> Selected(string? space, IEnumerable<KeyValuePair<string, string>>? labels) =>
        Workloads.Where(workload =>
            workload.Namespace == space && (labels ?? []).All(label => workload.PodLabels.Contains(label)));
}
