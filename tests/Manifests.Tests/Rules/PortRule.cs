using k8s.Models;

namespace Headroom.Manifests.Tests.Rules;

/// <summary>Each port that is named leads to a port of the containers that are meant.</summary>
internal static class PortRule
{
    public static IEnumerable<string> Check(ManifestSet set) =>
    [
        .. set.Of<V1Service>().SelectMany(service => Service(set, service)),
        .. set.Workloads.SelectMany(Probes),
    ];

    /// <summary>The container ports that a name or number means.</summary>
    public static IEnumerable<V1ContainerPort> Find(Workload workload, string port) => workload.Pod.Containers
        .SelectMany(container => container.Ports ?? [])
        .Where(known => known.Name == port || $"{known.ContainerPort}" == port);

    private static IEnumerable<string> Service(ManifestSet set, V1Service service) =>
        from workload in set.Selected(service.Metadata.NamespaceProperty, service.Spec.Selector)
        from port in service.Spec.Ports
        let target = Find(workload, port.TargetPort?.Value ?? $"{port.Port}").ToArray()
        where target.Length != 1 || target[0].ContainerPort != port.Port
        select $"Service {service.Metadata.Name}: {workload.Name} has no port {port.Name}, or with another number";

    private static IEnumerable<string> Probes(Workload workload) =>
        from container in workload.Containers
        from probe in new[] { container.StartupProbe, container.LivenessProbe, container.ReadinessProbe }
        where probe?.HttpGet is not null
        let port = probe.HttpGet.Port.Value
        where !(container.Ports ?? []).Any(known => known.Name == port || $"{known.ContainerPort}" == port)
        select $"{workload.Name}: a probe asks at port {port}, which {container.Name} does not have";
}
