using System.Globalization;
using System.Text.Json.Nodes;
using Headroom.Silo.Kubernetes.Pods;

namespace Headroom.Silo.Kubernetes.Resize;

/// <summary>A change of one container's limit, as the API server takes it.</summary>
/// <param name="Container">The container's name in its pod.</param>
/// <param name="LimitBytes">The new limit.</param>
internal sealed record ResizeRequest(string Container, long LimitBytes)
{
    /// <summary>
    /// The strategic merge patch. It names the pod's uid: another pod of the same name is not meant. Where requests
    /// equal limits they have to stay so; elsewhere the request stays as it is.
    /// </summary>
    public string Patch(Pod pod)
    {
        string bytes = LimitBytes.ToString(CultureInfo.InvariantCulture);
        var resources = new JsonObject { ["limits"] = new JsonObject { ["memory"] = bytes } };
        if (pod.IsGuaranteed)
        {
            resources["requests"] = new JsonObject { ["memory"] = bytes };
        }

        bool isSidecar = pod.Containers.Any(
            container => container.Name == Container && container.Kind == ContainerKind.Sidecar);
        return new JsonObject
        {
            ["metadata"] = new JsonObject { ["uid"] = pod.Uid },
            ["spec"] = new JsonObject
            {
                [isSidecar ? "initContainers" : "containers"] = new JsonArray(
                    new JsonObject { ["name"] = Container, ["resources"] = resources }),
            },
        }.ToJsonString();
    }

    /// <summary>Why a container's limit must not be changed at all, whatever its API server says; null when it may
    /// be.</summary>
    public static string? Obstacle(Pod pod, PodContainer container, long? mostBytes) =>
        mostBytes is null ? "the pod has no annotation headroom.io/resize-max"
        : pod.IsMirror ? "the pod is a static one, which nobody can resize"
        : container.Kind == ContainerKind.Init ? "the container is an init container"
        : container.WantedLimitBytes is null ? "the container has no memory limit"
        : container.RestartsOnResize ? "its resizePolicy would restart the container"
        : null;

    /// <summary>What a pod says of this change.</summary>
    /// <param name="pod">The pod, as last heard.</param>
    /// <param name="generation">The pod's generation with this change in it; 0 when not known.</param>
    /// <returns>The end of it; null while it is under way.</returns>
    public LimitChange? Judge(Pod pod, long generation)
    {
        PodContainer? container = pod.Containers.FirstOrDefault(found => found.Name == Container);
        if (container is null || container.HasEnded || pod.HasEnded)
        {
            return new LimitChange(LimitOutcome.Gone, "the container has ended");
        }

        if (pod.Generation < generation)
        {
            return null;
        }

        // Somebody else has asked for another limit since.
        if (container.WantedLimitBytes is { } wanted && wanted != LimitBytes)
        {
            return new LimitChange(LimitOutcome.Conflict, $"another limit was asked for meanwhile: {wanted} bytes");
        }

        foreach (ResizeCondition condition in pod.Resizes)
        {
            if (condition.Generation is { } about && about < generation)
            {
                continue;
            }

            string words = condition.Message ?? condition.Reason ?? condition.Type;
            switch (condition.Type, condition.Reason)
            {
                case (ResizeCondition.Pending, "Deferred"):
                    return new LimitChange(LimitOutcome.Deferred, $"the kubelet has deferred it: {words}");
                case (ResizeCondition.Pending, "Infeasible"):
                    return new LimitChange(LimitOutcome.Infeasible, $"the node cannot have it: {words}");
                case (ResizeCondition.InProgress, "Error"):
                    return new LimitChange(LimitOutcome.InProgress, $"the kubelet could not apply it yet: {words}");
            }
        }

        return container.ActualLimitBytes == LimitBytes
            ? new LimitChange(LimitOutcome.InEffect, $"the limit is {LimitBytes} bytes")
            : null;
    }
}
