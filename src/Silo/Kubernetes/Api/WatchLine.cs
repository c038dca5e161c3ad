using System.Net;
using System.Text.Json;
using Headroom.Silo.Kubernetes.Pods;
using k8s;
using k8s.Models;

namespace Headroom.Silo.Kubernetes.Api;

/// <summary>A line of a watch.</summary>
/// <param name="Kind">What it says.</param>
/// <param name="Pod">The pod; null for a bookmark, and for one that cannot be read.</param>
/// <param name="ResourceVersion">From where a watch goes on after this line; null when it does not say.</param>
internal sealed record WatchLine(WatchKind Kind, Pod? Pod, string? ResourceVersion)
{
    /// <summary>Reads a line.</summary>
    /// <exception cref="ApiException">It is none, or is the API server's word that the watch has failed.</exception>
    public static WatchLine Read(string text)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            JsonElement item = document.RootElement.GetProperty("object");
            string? type = document.RootElement.GetProperty("type").GetString();
            return type switch
            {
                "ADDED" or "MODIFIED" => OfPod(WatchKind.Present, item),
                "DELETED" => OfPod(WatchKind.Gone, item),
                "BOOKMARK" => new WatchLine(WatchKind.Bookmark, null, Version(item)),
                "ERROR" => throw Failure(item),
                _ => throw new ApiException($"a watch said '{type}'"),
            };
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new ApiException("a watch sent a line that is none", error);
        }
    }

    /// <summary>Reads a pod; null when it is of a shape that is not understood.</summary>
    public static Pod? ReadPod(JsonElement item)
    {
        try
        {
            return PodReader.Read(KubernetesJson.Deserialize<V1Pod>(item));
        }
        catch (Exception error) when (error is JsonException or FormatException or OverflowException
            or ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    private static WatchLine OfPod(WatchKind kind, JsonElement item) => new(kind, ReadPod(item), Version(item));

    private static string? Version(JsonElement item) =>
        item.TryGetProperty("metadata", out JsonElement metadata)
        && metadata.TryGetProperty("resourceVersion", out JsonElement version)
            ? version.GetString()
            : null;

    private static ApiException Failure(JsonElement status)
    {
        int code = status.TryGetProperty("code", out JsonElement number) && number.TryGetInt32(out int value)
            ? value
            : (int)HttpStatusCode.InternalServerError;
        string message = status.TryGetProperty("message", out JsonElement words) ? words.GetString() ?? "" : "";
        return new ApiException((HttpStatusCode)code, message, retryAfter: null);
    }
}
