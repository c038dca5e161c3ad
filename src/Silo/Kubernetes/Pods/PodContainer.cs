namespace Headroom.Silo.Kubernetes.Pods;

/// <summary>A container of a pod, as the API server shows it.</summary>
internal sealed record PodContainer
{
    /// <summary>Its name, unique in the pod.</summary>
    public required string Name { get; init; }

    /// <summary>What it is in the pod.</summary>
    public ContainerKind Kind { get; init; }

    /// <summary>The runtime's id of the one that runs now; null when none does. A restart gives a new one.</summary>
    public string? RunningId { get; init; }

    /// <summary>Whether it has ended for good.</summary>
    public bool HasEnded { get; init; }

    /// <summary>The memory limit that is wanted; null for none.</summary>
    public long? WantedLimitBytes { get; init; }

    /// <summary>Whether it was Headroom that asked for this limit, and nobody for another one since.</summary>
    public bool IsWantedByUs { get; init; }

    /// <summary>The memory limit that the kubelet reports as in effect; null when it reports none.</summary>
    public long? ActualLimitBytes { get; init; }

    /// <summary>Whether a change of its memory would restart it.</summary>
    public bool RestartsOnResize { get; init; }

    /// <summary>The limit in effect, and the wanted one while the kubelet reports none.</summary>
    public long? LimitBytes => ActualLimitBytes ?? WantedLimitBytes;
}
