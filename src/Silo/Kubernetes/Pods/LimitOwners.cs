using System.Text.Json;
using k8s.Models;

namespace Headroom.Silo.Kubernetes.Pods;

/// <summary>
/// Who asked for the limits of a pod's containers: the API server notes who was the last to change each field.
/// </summary>
internal static class LimitOwners
{
    /// <summary>The name under which Headroom changes limits.</summary>
    public const string Manager = "headroom-silo";

    /// <summary>The containers whose memory limit was last changed by Headroom.</summary>
    public static HashSet<string> Ours(IList<V1ManagedFieldsEntry>? entries)
    {
        HashSet<string> ours = new(StringComparer.Ordinal);
        foreach (V1ManagedFieldsEntry entry in entries ?? [])
        {
            if (entry.Manager == Manager
                && entry.FieldsV1 is JsonElement fields
                && Step(fields, "f:spec") is { } spec)
            {
                Add(ours, Step(spec, "f:containers"));
                Add(ours, Step(spec, "f:initContainers"));
            }
        }

        return ours;
    }

    // A container's fields are under its key: k:{"name":"app"}.
    private static void Add(HashSet<string> ours, JsonElement? containers)
    {
        const string before = "k:{\"name\":\"";
        const string after = "\"}";
        if (containers is not { ValueKind: JsonValueKind.Object } found)
        {
            return;
        }

        foreach (JsonProperty container in found.EnumerateObject())
        {
            if (container.Name.StartsWith(before, StringComparison.Ordinal)
                && container.Name.EndsWith(after, StringComparison.Ordinal)
                && Step(container.Value, "f:resources") is { } resources
                && Step(resources, "f:limits") is { } limits
                && Step(limits, "f:memory") is not null)
            {
                ours.Add(container.Name[before.Length..^after.Length]);
            }
        }
    }

    private static JsonElement? Step(JsonElement from, string name) =>
        from.ValueKind == JsonValueKind.Object && from.TryGetProperty(name, out JsonElement to) ? to : null;
}
