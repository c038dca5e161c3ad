namespace Headroom.Manifests.Tests.Rules;

/// <summary>Each image has a version, and those that are made here that of this repository.</summary>
internal static class ImageRule
{
    private static readonly string[] Made = ["silo", "journal", "load"];

    private static string Version => typeof(HeadroomOptions).Assembly.GetName().Version!.ToString(3);

    public static IEnumerable<string> Check(ManifestSet set)
    {
        foreach ((string workload, string image) in set.Workloads.SelectMany(
            workload => workload.Containers.Select(container => (workload.Name, container.Image))))
        {
            string[] parts = image.Split('/')[^1].Split(':');
            if (parts is not [_, { Length: > 0 } and not "latest"])
            {
                yield return $"{workload}: image {image} has no version";
            }
            else if (image.StartsWith("headroom/", StringComparison.Ordinal)
                && (parts[1] != Version || !Made.Contains(parts[0])))
            {
                yield return $"{workload}: no image {image} is made here";
            }
        }
    }
}
