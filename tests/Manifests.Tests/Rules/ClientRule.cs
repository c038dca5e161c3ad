using k8s.Models;

namespace Headroom.Manifests.Tests.Rules;

/// <summary>
/// Who is labelled as a client has what AddHeadroom() looks for, and may connect; who is not has nothing of it.
/// </summary>
internal static class ClientRule
{
    private const string Client = "headroom.io/client";
    private const string Clients = "headroom.io/clients";

    public static IEnumerable<string> Check(ManifestSet set) => set.Workloads.SelectMany(workload =>
        workload.Object.Metadata.Labels?.Contains(new(Client, "true")) == true
            ? Labelled(set, workload)
            : Unlabelled(workload));

    private static IEnumerable<string> Labelled(ManifestSet set, Workload workload)
    {
        if (!workload.PodLabels.Contains(new(Client, "true")))
        {
            yield return $"{workload.Name}: its pods may not connect to a silo";
        }

        V1Container[] clients = [.. workload.Pod.Containers.Where(container => container.Name == "app")];
        if (clients is not [{ Env: { } environment }])
        {
            yield return $"{workload.Name} has no container named app";
            yield break;
        }

        string? Field(string name) =>
            environment.SingleOrDefault(one => one.Name == name)?.ValueFrom?.FieldRef?.FieldPath;

        if (Field("HEADROOM_HOST") != "spec.nodeName" || Field("HEADROOM_NAMESPACE") != "metadata.namespace"
            || environment.SingleOrDefault(one => one.Name == "HEADROOM_CONTAINER")?.Value != clients[0].Name)
        {
            yield return $"{workload.Name}: its container does not know its place";
        }

        V1Namespace? space = set.Of<V1Namespace>().SingleOrDefault(one => one.Metadata.Name == workload.Namespace);
        if (space?.Metadata.Labels?.Contains(new(Clients, "enabled")) != true)
        {
            yield return $"{workload.Name}: its namespace is not opened for clients";
        }
    }

    private static IEnumerable<string> Unlabelled(Workload workload)
    {
        if (workload.PodLabels.ContainsKey(Client)
            || workload.Containers.SelectMany(container => container.Env ?? []).Any(one => one.Name.StartsWith(
                "HEADROOM_", StringComparison.Ordinal)))
        {
            yield return $"{workload.Name} is made a client and is not labelled as one";
        }
    }
}
