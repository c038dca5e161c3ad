namespace Headroom.Silo.Kubernetes.Resize;

/// <summary>What became of a change of a container's limit.</summary>
internal enum LimitOutcome
{
    /// <summary>The kubelet reports the limit as in effect.</summary>
    InEffect,

    /// <summary>The node could have it, but does not now; the kubelet tries again by itself.</summary>
    Deferred,

    /// <summary>The node can never have it.</summary>
    Infeasible,

    /// <summary>A ResourceQuota of the namespace does not allow it.</summary>
    Quota,

    /// <summary>The pod's quality of service class would change.</summary>
    Qos,

    /// <summary>Others kept changing the pod at the same time.</summary>
    Conflict,

    /// <summary>This silo has no right to, or an admission policy says no.</summary>
    Forbidden,

    /// <summary>The pod's annotations do not allow it, or its kind does not.</summary>
    NotAllowed,

    /// <summary>More than the node can ever give to pods.</summary>
    TooLarge,

    /// <summary>There is no such pod or container any more.</summary>
    Gone,

    /// <summary>The API server did not answer, or was too busy to; the change may have been made.</summary>
    Unreachable,

    /// <summary>The API server refused for another reason.</summary>
    Refused,

    /// <summary>Accepted, and not in effect within the time that there is for it; it may come yet.</summary>
    InProgress,
}
