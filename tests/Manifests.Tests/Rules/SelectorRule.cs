using k8s.Models;

namespace Headroom.Manifests.Tests.Rules;

/// <summary>Each selector means the pods that it was written for.</summary>
internal static class SelectorRule
{
    public static IEnumerable<string> Check(ManifestSet set) =>
    [
        .. set.Workloads.SelectMany(OwnPods),
        .. set.Of<V1Service>().SelectMany(service => One(
            set, $"Service {service.Metadata.Name}", service.Metadata, service.Spec.Selector)),
        .. set.Of<V1PodDisruptionBudget>().SelectMany(budget => One(
            set, $"PodDisruptionBudget {budget.Metadata.Name}", budget.Metadata, budget.Spec.Selector.MatchLabels)),
        .. set.Of<V1NetworkPolicy>().SelectMany(policy => One(
            set, $"NetworkPolicy {policy.Metadata.Name}", policy.Metadata, policy.Spec.PodSelector.MatchLabels)),
        .. set.Of<ServiceMonitor>().SelectMany(monitor => OneService(set, monitor)),
    ];

    private static IEnumerable<string> OwnPods(Workload workload)
    {
        if (workload.Selector is { } selector)
        {
            IDictionary<string, string> labels = selector.MatchLabels ?? new Dictionary<string, string>();
            if (labels.Count == 0 || !labels.All(label => workload.PodLabels.Contains(label)))
            {
                yield return $"{workload.Name} does not select its own pods";
            }
        }
    }

    // Nothing here is about the pods of two workloads.
    private static IEnumerable<string> One(
        ManifestSet set, string name, V1ObjectMeta meta, IDictionary<string, string>? labels)
    {
        int found = set.Selected(meta.NamespaceProperty, labels).Count();
        if (labels is not { Count: > 0 } || found != 1)
        {
            yield return $"{name} selects the pods of {found} workloads";
        }
    }

    // Two services of the same pods would count everything twice.
    private static IEnumerable<string> OneService(ManifestSet set, ServiceMonitor monitor)
    {
        V1Service[] services =
        [
            .. set.Of<V1Service>().Where(service => monitor.Spec.Selector.MatchLabels.All(
                label => service.Metadata.Labels?.Contains(label) == true)),
        ];
        if (services.Length != 1)
        {
            yield return $"ServiceMonitor {monitor.Metadata.Name} selects {services.Length} services";
        }
        else if (!monitor.Spec.Endpoints.All(end => services[0].Spec.Ports.Any(port => port.Name == end.Port)))
        {
            yield return $"ServiceMonitor {monitor.Metadata.Name} asks at a port that its service does not have";
        }
    }
}
