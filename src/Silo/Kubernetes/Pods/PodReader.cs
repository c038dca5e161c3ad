using System.Collections.Immutable;
using k8s.Models;

namespace Headroom.Silo.Kubernetes.Pods;

/// <summary>Takes from the API's pod what Headroom needs of it.</summary>
internal static class PodReader
{
    private const string MirrorAnnotation = "kubernetes.io/config.mirror";
    private const string Memory = "memory";

    /// <summary>Reads a pod; null when it lacks what identifies it.</summary>
    public static Pod? Read(V1Pod pod)
    {
        if (pod.Metadata is not { Name.Length: > 0, NamespaceProperty.Length: > 0, Uid.Length: > 0 } metadata)
        {
            return null;
        }

        IDictionary<string, string> annotations = metadata.Annotations ?? new Dictionary<string, string>();
        return new Pod
        {
            Namespace = metadata.NamespaceProperty,
            Name = metadata.Name,
            Uid = metadata.Uid,
            ResourceVersion = metadata.ResourceVersion ?? "",
            Generation = metadata.Generation ?? 0,
            Created = metadata.CreationTimestamp is { } created ? new DateTimeOffset(created, TimeSpan.Zero) : default,
            IsMirror = annotations.ContainsKey(MirrorAnnotation),
            IsGuaranteed = pod.Status?.QosClass == "Guaranteed",
            HasEnded = pod.Status?.Phase is "Succeeded" or "Failed",
            PodLimitBytes = MemoryOf(pod.Spec?.Resources?.Limits),
            Annotations = annotations
                .Where(pair => pair.Key.StartsWith(PodAnnotations.Prefix, StringComparison.Ordinal))
                .ToImmutableSortedDictionary(StringComparer.Ordinal),
            Containers = [.. Containers(pod)],
            Resizes =
            [
                .. (pod.Status?.Conditions ?? [])
                    .Where(condition => condition.Status == "True"
                        && condition.Type is ResizeCondition.Pending or ResizeCondition.InProgress)
                    .Select(condition => new ResizeCondition(
                        condition.Type, condition.Reason, condition.Message, condition.ObservedGeneration)),
            ],
        };
    }

    private static IEnumerable<PodContainer> Containers(V1Pod pod)
    {
        bool always = pod.Spec?.RestartPolicy is null or "Always";
        bool never = pod.Spec?.RestartPolicy == "Never";
        HashSet<string> ours = LimitOwners.Ours(pod.Metadata.ManagedFields);
        foreach (V1Container container in pod.Spec?.InitContainers ?? [])
        {
            yield return container.RestartPolicy == "Always"
                ? Read(
                    container, ContainerKind.Sidecar, pod.Status?.InitContainerStatuses, ours, _ => false)
                : Read(
                    container,
                    ContainerKind.Init,
                    pod.Status?.InitContainerStatuses,
                    ours,
                    code => code == 0 || never);
        }

        foreach (V1Container container in pod.Spec?.Containers ?? [])
        {
            yield return Read(
                container,
                ContainerKind.App,
                pod.Status?.ContainerStatuses,
                ours,
                code => !always && (never || code == 0));
        }
    }

    private static PodContainer Read(
        V1Container container,
        ContainerKind kind,
        IList<V1ContainerStatus>? statuses,
        HashSet<string> ours,
        Func<int, bool> endsWith)
    {
        V1ContainerStatus? status = statuses?.FirstOrDefault(found => found.Name == container.Name);
        return new PodContainer
        {
            Name = container.Name,
            Kind = kind,
            RunningId = status?.State?.Running is null ? null : Id(status.ContainerID),
            HasEnded = status?.State?.Terminated is { } ended && endsWith(ended.ExitCode),
            WantedLimitBytes = MemoryOf(container.Resources?.Limits),
            IsWantedByUs = ours.Contains(container.Name),
            ActualLimitBytes = MemoryOf(status?.Resources?.Limits),
            RestartsOnResize = (container.ResizePolicy ?? []).Any(
                policy => policy.ResourceName == Memory && policy.RestartPolicy == "RestartContainer"),
        };
    }

    // "containerd://0123..."
    private static string? Id(string? id)
    {
        string last = id?[(id.LastIndexOf('/') + 1)..] ?? "";
        return last.Length > 0 ? last : null;
    }

    private static long? MemoryOf(IDictionary<string, ResourceQuantity>? amounts) =>
        amounts is not null
        && amounts.TryGetValue(Memory, out ResourceQuantity? amount)
        && Quantity.TryParseBytes(amount.ToString(), out long bytes)
        && bytes > 0
            ? bytes
            : null;
}
