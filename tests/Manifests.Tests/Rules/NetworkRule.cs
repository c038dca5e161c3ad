using k8s.Models;

namespace Headroom.Manifests.Tests.Rules;

/// <summary>
/// What may connect where: every workload that serves has a policy that opens each of its ports to somebody, and none
/// to everybody; the gateway is for clients, and the silos' own port for silos.
/// </summary>
internal static class NetworkRule
{
    private const string Client = "headroom.io/client";
    private const string Clients = "headroom.io/clients";

    public static IEnumerable<string> Check(ManifestSet set) =>
    [
        .. set.Workloads.Where(Serves).SelectMany(workload => Opened(set, workload)),
        .. set.Of<V1NetworkPolicy>().SelectMany(policy => Policy(set, policy)),
        .. set.Silo is { } silo ? Silo(set, silo) : [],
    ];

    private static bool Serves(Workload workload) =>
        workload.Pod.Containers.Any(container => container.Ports is { Count: > 0 });

    private static IEnumerable<V1NetworkPolicy> PoliciesOf(ManifestSet set, Workload workload) =>
        set.Of<V1NetworkPolicy>().Where(policy => set
            .Selected(policy.Metadata.NamespaceProperty, policy.Spec.PodSelector.MatchLabels).Contains(workload));

    private static IEnumerable<string> Opened(ManifestSet set, Workload workload)
    {
        V1NetworkPolicyPort[] opened =
        [
            .. PoliciesOf(set, workload).SelectMany(policy => policy.Spec.Ingress ?? [])
                .SelectMany(rule => rule.Ports ?? []),
        ];
        foreach (V1ContainerPort port in workload.Pod.Containers.SelectMany(container => container.Ports ?? []))
        {
            if (!opened.Any(open => open.Port.Value == port.Name || open.Port.Value == $"{port.ContainerPort}"))
            {
                yield return $"{workload.Name}: nobody may connect to port {port.Name}";
            }
        }
    }

    private static IEnumerable<string> Policy(ManifestSet set, V1NetworkPolicy policy)
    {
        string name = $"NetworkPolicy {policy.Metadata.Name}";
        if (!new[] { "Ingress", "Egress" }.All(kind => policy.Spec.PolicyTypes?.Contains(kind) == true))
        {
            yield return $"{name} does not hold both ways";
        }

        foreach (V1NetworkPolicyIngressRule rule in policy.Spec.Ingress ?? [])
        {
            if (rule.FromProperty is not { Count: > 0 } || rule.Ports is not { Count: > 0 })
            {
                yield return $"{name} opens something to everybody, or everything to somebody";
            }

            foreach (Workload workload in set.Selected(
                policy.Metadata.NamespaceProperty, policy.Spec.PodSelector.MatchLabels))
            {
                foreach (V1NetworkPolicyPort port in rule.Ports ?? [])
                {
                    if (!PortRule.Find(workload, port.Port.Value).Any())
                    {
                        yield return $"{name} opens port {port.Port.Value}, which {workload.Name} does not have";
                    }
                }
            }
        }
    }

    private static IEnumerable<string> Silo(ManifestSet set, Workload silo)
    {
        V1NetworkPolicyIngressRule[] rules =
            [.. PoliciesOf(set, silo).SelectMany(policy => policy.Spec.Ingress ?? [])];
        foreach (V1NetworkPolicyIngressRule rule in rules)
        {
            bool toSilos = rule.Ports?.Any(port => port.Port.Value == "silo") == true;
            bool toGateway = rule.Ports?.Any(port => port.Port.Value is "gateway" or "memory") == true;
            if (toSilos && !rule.FromProperty.All(from => IsSilo(silo, from)))
            {
                yield return "others than silos may connect to the silos' own port";
            }

            if (toGateway && !rule.FromProperty.All(IsClient))
            {
                yield return "others than clients of opened namespaces may connect to the gateway or to lent memory";
            }
        }

        string[] leaves =
        [
            .. PoliciesOf(set, silo).SelectMany(policy => policy.Spec.Egress ?? [])
                .SelectMany(rule => rule.Ports ?? []).Select(port => port.Port.Value),
        ];
        foreach (string port in (string[])["11111", "53", "443"])
        {
            if (!leaves.Contains(port))
            {
                yield return $"a silo may not connect to port {port}, which it needs";
            }
        }
    }

    private static bool IsSilo(Workload silo, V1NetworkPolicyPeer from) =>
        from is { IpBlock: null, NamespaceSelector: null, PodSelector.MatchLabels: { Count: > 0 } labels }
        && labels.All(label => silo.PodLabels.Contains(label));

    private static bool IsClient(V1NetworkPolicyPeer from) =>
        from.IpBlock is null
        && from.PodSelector?.MatchLabels?.Contains(new(Client, "true")) == true
        && from.NamespaceSelector?.MatchLabels?.Contains(new(Clients, "enabled")) == true;
}
