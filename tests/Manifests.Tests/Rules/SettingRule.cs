using System.Globalization;
using Headroom.Silo.Options;
using k8s.Models;

namespace Headroom.Manifests.Tests.Rules;

/// <summary>The silo takes every setting that it is given, and listens where the manifests say.</summary>
internal static class SettingRule
{
    private static readonly string[] Others = ["ASPNETCORE_URLS", "DOTNET_EnableDiagnostics", "DOTNET_gcServer"];

    public static IEnumerable<string> Check(ManifestSet set)
    {
        if (set.Silo is not { } silo)
        {
            yield break;
        }

        SiloSettings settings = SiloSettings.Of(set, silo);
        foreach (SettingFault fault in settings.Faults)
        {
            yield return fault.Message;
        }

        foreach (string name in settings.Environment.Keys)
        {
            if (!name.StartsWith("Headroom__", StringComparison.Ordinal) && !Others.Contains(name))
            {
                yield return $"{name} is no setting of a silo";
            }
        }

        // A silo that does not know its node or its own address would say so at its start, or be another's.
        foreach ((string name, string field) in Places)
        {
            if (silo.Pod.Containers[0].Env?.SingleOrDefault(one => one.Name == name)?.ValueFrom?.FieldRef?.FieldPath
                != field)
            {
                yield return $"{name} is not {field}";
            }
        }

        ClusterSettings cluster = settings.Settings.Cluster;
        string url = settings.Environment.GetValueOrDefault("ASPNETCORE_URLS", "");
        (string, string)[] ports =
        [
            ("silo", Number(cluster.SiloPort)), ("gateway", Number(cluster.GatewayPort)),
            ("memory", Number(cluster.MemoryPort)), ("http", url[(url.LastIndexOf(':') + 1)..]),
        ];
        foreach ((string name, string number) in ports)
        {
            V1ContainerPort? port = silo.Pod.Containers[0].Ports?.SingleOrDefault(known => known.Name == name);
            if (port is null || Number(port.ContainerPort) != number)
            {
                yield return $"the silo listens on {number}, and its container has no such port {name}";
            }
        }
    }

    private static (string, string)[] Places =>
        [("Headroom__Host__Name", "spec.nodeName"), ("Headroom__Cluster__Address", "status.podIP")];

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
