using System.Text.Json;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace Headroom.Manifests.Tests;

/// <summary>All that is said against manifests, by the check that says it.</summary>
internal static class Verdict
{
    /// <summary>The check that loads them strictly.</summary>
    public const string Strict = "strict";

    /// <summary>The check against the schemas of Kubernetes.</summary>
    public const string Schema = "schema";

    // Its own schema comes with the operator; it is loaded strictly, and the rule "selectors" looks at the rest.
    private static readonly string[] WithoutSchema = ["no schema of monitoring.coreos.com/v1 ServiceMonitor"];

    /// <summary>Checks everything; what cannot be loaded is not checked further.</summary>
    public static async Task<IReadOnlyList<(string Check, string Finding)>> OfAsync(string yaml)
    {
        ManifestSet set;
        try
        {
            set = ManifestSet.Load(yaml);
        }
        catch (Exception e) when (e is YamlException or FormatException or InvalidCastException or JsonException
            or KeyNotFoundException or ArgumentException)
        {
            return [(Strict, e.Message)];
        }

        return
        [
            .. (await SchemaFindingsAsync(yaml)).Select(finding => (Schema, finding)),
            .. Rule.All.SelectMany(rule => rule.Check(set).Select(finding => (rule.Name, finding))),
        ];
    }

    private static async Task<IEnumerable<string>> SchemaFindingsAsync(string yaml)
    {
        IDeserializer reader = new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build();
        ISerializer writer = new SerializerBuilder().JsonCompatible().Build();
        string[] objects =
        [
            .. yaml.Split("\n---\n").Select(part => writer.Serialize(reader.Deserialize<object>(part)).Trim()),
        ];
        using JsonDocument answer = JsonDocument.Parse(await Tools.ValidateAsync($"[{string.Join(',', objects)}]"));
        return
        [
            .. answer.RootElement.EnumerateArray()
                .Select(one => (at: one.GetProperty("index").GetInt32(), say: one.GetProperty("problem").GetString()!))
                .Where(one => !WithoutSchema.Contains(one.say))
                .Select(one => $"{NameOf(objects[one.at])}: {one.say}"),
        ];
    }

    private static string NameOf(string json)
    {
        using JsonDocument one = JsonDocument.Parse(json);
        return one.RootElement.TryGetProperty("metadata", out JsonElement meta)
            && meta.TryGetProperty("name", out JsonElement name)
            ? $"{one.RootElement.GetProperty("kind")} {name}"
            : "an object without a name";
    }
}
