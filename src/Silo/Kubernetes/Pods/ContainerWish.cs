using System.Collections.Immutable;

namespace Headroom.Silo.Kubernetes.Pods;

/// <summary>What the annotations of a pod say about one of its containers. What they do not say is null.</summary>
internal sealed record ContainerWish
{
    /// <summary>Bytes that no other container may take.</summary>
    public long? GuaranteeBytes { get; init; }

    /// <summary>The part of the hard limit that ordinary urgencies may not reach, in percent.</summary>
    public int? MarginPercent { get; init; }

    /// <summary>The highest limit that Headroom may ask for; null: the limit stays as it is.</summary>
    public long? ResizeMaxBytes { get; init; }

    /// <summary>The highest urgency that each of these subsystems may use.</summary>
    public ImmutableSortedDictionary<string, Urgency> MaxUrgencies { get; init; } =
        ImmutableSortedDictionary<string, Urgency>.Empty;
}
