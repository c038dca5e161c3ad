using System.Collections.Immutable;
using System.Text.Json;
using Headroom.Silo.Kubernetes.Api;
using Headroom.Silo.Kubernetes.Pods;
using Headroom.Support.Kubernetes;

namespace Headroom.Kubernetes.Tests.Pods;

/// <summary>Pods with everything filled in that a test does not care about.</summary>
internal static class GivenPod
{
    public const long Mebibyte = 1L << 20;

    /// <summary>A pod as it is read from the API's JSON.</summary>
    public static Pod Read(FakePod pod)
    {
        using JsonDocument document = JsonDocument.Parse(pod.ToJson().ToJsonString());
        return WatchLine.ReadPod(document.RootElement)!;
    }

    /// <summary>A pod with running containers, each with its name for an id.</summary>
    public static Pod With(params string[] containers) => new()
    {
        Namespace = "shop",
        Name = "orders-0",
        Uid = "uid-1",
        Containers =
        [
            .. containers.Select(name => new PodContainer
            {
                Name = name,
                RunningId = $"id-{name}",
                WantedLimitBytes = 100 * Mebibyte,
                ActualLimitBytes = 100 * Mebibyte,
            }),
        ],
    };

    /// <summary>The same pod with annotations, given as key and value in turn.</summary>
    public static Pod Annotated(this Pod pod, params string[] pairs) => pod with
    {
        Annotations = pairs.Chunk(2).ToImmutableSortedDictionary(
            pair => PodAnnotations.Prefix + pair[0], pair => pair[1], StringComparer.Ordinal),
    };
}
