using k8s;
using k8s.Models;

namespace Headroom.Manifests.Tests;

/// <summary>The kind of the Prometheus operator, as far as it is used here: what else it has is taken for a
/// mistake.</summary>
public sealed class ServiceMonitor : IKubernetesObject<V1ObjectMeta>
{
    public string ApiVersion { get; set; } = "";

    public string Kind { get; set; } = "";

    public V1ObjectMeta Metadata { get; set; } = new();

    public ServiceMonitorSpec Spec { get; set; } = new();
}
