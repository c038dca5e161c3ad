namespace Headroom.Silo.Kubernetes.Resize;

/// <summary>The memory limits of this node's containers, by the names of their budgets.</summary>
internal interface IPodLimits
{
    /// <summary>
    /// The highest limit in bytes that the pod's owner allows by <c>headroom.io/resize-max</c>; null when it allows no
    /// change, or there is no such container.
    /// </summary>
    /// <param name="container">The budget's name.</param>
    long? MostBytes(string container);

    /// <summary>
    /// The limit in bytes that the kubelet reports as in effect, as last heard, and the wanted one while it reports
    /// none; null when there is none, or no such container.
    /// </summary>
    /// <param name="container">The budget's name.</param>
    long? LimitBytes(string container);

    /// <summary>
    /// Whether this limit is wanted of the kubelet and in effect: then there is nothing to change, or to wait for.
    /// </summary>
    /// <param name="container">The budget's name.</param>
    /// <param name="limitBytes">The limit.</param>
    bool IsSettledAt(string container, long limitBytes);

    /// <summary>
    /// Changes a container's limit, and waits until the kubelet has it in effect or says why not. Repeating it is safe:
    /// the amount is absolute. On any outcome but InEffect the cgroup may still have the old limit. After Deferred,
    /// InProgress and Unreachable the new one may be wanted yet: it can come into effect later, until another is set.
    /// </summary>
    /// <param name="container">The budget's name.</param>
    /// <param name="limitBytes">The new limit; more than 0, and at most <see cref="MostBytes"/>.</param>
    /// <param name="ct">Ends the waiting; the change may have been made.</param>
    /// <exception cref="ArgumentOutOfRangeException">The limit is not more than 0.</exception>
    Task<LimitChange> SetAsync(string container, long limitBytes, CancellationToken ct);
}
