using k8s.Models;

namespace Headroom.Manifests.Tests;

/// <summary>What a <see cref="ServiceMonitor"/> wants.</summary>
public sealed class ServiceMonitorSpec
{
    public V1LabelSelector Selector { get; set; } = new();

    public List<ServiceMonitorEndpoint> Endpoints { get; set; } = [];
}
