using System.Collections.Concurrent;

namespace Headroom.Manifests.Tests;

/// <summary>What is rendered here, each once.</summary>
internal static class Rendering
{
    private static readonly ConcurrentDictionary<string, Lazy<Task<string>>> Rendered = new(StringComparer.Ordinal);

    /// <summary>Folders with a kustomization: what is applied as it is, and what has the components in it.</summary>
    public static IReadOnlyList<string> Folders { get; } =
    [
        "deploy/k8s/overlays/local",
        "deploy/k8s/overlays/redis",
        "deploy/k8s/overlays/postgres",
        "deploy/k8s/overlays/chaos",
        "samples/Journal/k8s",
        "tests/Manifests.Tests/Rendered/options",
        "tests/Manifests.Tests/Rendered/workloads",
    ];

    /// <summary>The manifests of a folder, as they would be applied.</summary>
    public static Task<string> OfAsync(string folder) =>
        Rendered.GetOrAdd(folder, path => new Lazy<Task<string>>(() => Tools.RenderAsync(path))).Value;
}
