using System.Text;
using Headroom.Silo.Options;
using k8s.Models;
using Microsoft.Extensions.Configuration;

namespace Headroom.Manifests.Tests;

/// <summary>What a silo would read from its environment, and what it would say against it.</summary>
internal sealed record SiloSettings(
    IReadOnlyDictionary<string, string> Environment, HeadroomSettings Settings, IReadOnlyList<SettingFault> Faults)
{
    // What an operator gives in the Secret of docs and README, in the form that is asked for there.
    private static readonly Dictionary<string, string> OwnSecret = new(StringComparer.Ordinal)
    {
        ["Headroom__Cluster__Key"] = Convert.ToBase64String(new byte[32]),
    };

    private const string OwnDatabase = "Host=db.example;Database=headroom;Username=headroom;Password=x";

    private static readonly Dictionary<string, string> Fields = new(StringComparer.Ordinal)
    {
        ["spec.nodeName"] = "node-1.example",
        ["status.podIP"] = "192.0.2.7",
    };

    public static SiloSettings Of(ManifestSet set, Workload silo)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        V1Container container = silo.Pod.Containers[0];
        foreach (V1EnvFromSource source in container.EnvFrom ?? [])
        {
            foreach ((string name, string value) in Read(set, source))
            {
                environment[name] = value;
            }
        }

        foreach (V1EnvVar one in container.Env ?? [])
        {
            environment[one.Name] = one.Value ?? Fields.GetValueOrDefault(one.ValueFrom?.FieldRef?.FieldPath ?? "", "");
        }

        if (environment.GetValueOrDefault("Headroom__Cluster__Provider") == nameof(ClusterProvider.PostgreSql))
        {
            environment.TryAdd("Headroom__Cluster__ConnectionString", OwnDatabase);
        }

        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(environment.Select(
            one => new KeyValuePair<string, string?>(one.Key.Replace("__", ":", StringComparison.Ordinal), one.Value)))
            .Build();
        (HeadroomSettings settings, IReadOnlyList<SettingFault> faults) = SettingsReader.Read(configuration);
        return new SiloSettings(environment, settings, faults);
    }

    private static IEnumerable<KeyValuePair<string, string>> Read(ManifestSet set, V1EnvFromSource source)
    {
        if (source.ConfigMapRef is { } map)
        {
            return set.Of<V1ConfigMap>().SingleOrDefault(found => found.Metadata.Name == map.Name)?.Data
                ?? Enumerable.Empty<KeyValuePair<string, string>>();
        }

        V1Secret? secret = set.Of<V1Secret>().SingleOrDefault(found => found.Metadata.Name == source.SecretRef?.Name);
        return secret is null
            ? OwnSecret
            : secret.Data.Select(one => KeyValuePair.Create(one.Key, Encoding.UTF8.GetString(one.Value)));
    }
}
