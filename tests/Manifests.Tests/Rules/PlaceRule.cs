using k8s.Models;

namespace Headroom.Manifests.Tests.Rules;

/// <summary>Clients find the silos where the SDK looks for them: that of their own node, and the stand-ins.</summary>
internal static class PlaceRule
{
    // HeadroomOptions; a test compares them.
    public const string Gateway = "headroom.headroom.svc:30000";
    public const string StandIn = "headroom-stand-in.headroom.svc:30000";

    public static IEnumerable<string> Check(ManifestSet set) => set.Silo is null
        ? []
        : [.. Service(set, Gateway, isLocal: true), .. Service(set, StandIn, isLocal: false), .. Headless(set)];

    private static IEnumerable<string> Service(ManifestSet set, string place, bool isLocal)
    {
        V1Service? service = set.Of<V1Service>().SingleOrDefault(one => one.Spec.Ports.Any(
            port => $"{one.Metadata.Name}.{one.Metadata.NamespaceProperty}.svc:{port.Port}" == place));
        if (service is null)
        {
            yield return $"no service is at {place}";
            yield break;
        }

        if (!set.Selected(service.Metadata.NamespaceProperty, service.Spec.Selector).Contains(set.Silo))
        {
            yield return $"{place} does not lead to silos";
        }

        if (service.Spec.ClusterIP == "None" || service.Spec.PublishNotReadyAddresses == true)
        {
            yield return $"{place} leads to silos that are not ready";
        }

        if (service.Spec.InternalTrafficPolicy == "Local" != isLocal)
        {
            yield return $"{place} leads to {(isLocal ? "silos of other nodes" : "the silo of the node alone")}";
        }
    }

    private static IEnumerable<string> Headless(ManifestSet set)
    {
        if (!set.Of<V1Service>().Any(service => service.Spec.ClusterIP == "None"
            && set.Selected(service.Metadata.NamespaceProperty, service.Spec.Selector).Contains(set.Silo)))
        {
            yield return "no service leads to each silo by itself";
        }
    }
}
