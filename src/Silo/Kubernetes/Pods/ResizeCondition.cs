namespace Headroom.Silo.Kubernetes.Pods;

/// <summary>What the kubelet says of a resize that it has not finished.</summary>
/// <param name="Type">Which of the two it is: <see cref="Pending"/> or <see cref="InProgress"/>.</param>
/// <param name="Reason">Its reason: Deferred, Infeasible, Error; null for none.</param>
/// <param name="Message">Its words; null for none.</param>
/// <param name="Generation">The pod's generation that it is about; null from a kubelet that does not say.</param>
internal sealed record ResizeCondition(string Type, string? Reason, string? Message, long? Generation)
{
    /// <summary>The kubelet has not accepted the resize.</summary>
    public const string Pending = "PodResizePending";

    /// <summary>The kubelet has accepted it, and is at it.</summary>
    public const string InProgress = "PodResizeInProgress";
}
