using System.Collections.Immutable;

namespace Headroom.Silo.Kubernetes.Pods;

/// <summary>What Headroom needs to know of a pod.</summary>
internal sealed record Pod
{
    /// <summary>Its namespace.</summary>
    public required string Namespace { get; init; }

    /// <summary>Its name, unique in the namespace at a time.</summary>
    public required string Name { get; init; }

    /// <summary>Its id: another pod of the same name has another one.</summary>
    public required string Uid { get; init; }

    /// <summary>The version of what is said here.</summary>
    public string ResourceVersion { get; init; } = "";

    /// <summary>Rises with each change of what is wanted; 0 from an API server that does not say.</summary>
    public long Generation { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary>
    /// Whether it only shows a static pod, which the kubelet has from a file: nobody can resize that.
    /// </summary>
    public bool IsMirror { get; init; }

    /// <summary>Whether requests and limits of all its containers are equal, and have to stay so.</summary>
    public bool IsGuaranteed { get; init; }

    /// <summary>Whether all of it has ended for good.</summary>
    public bool HasEnded { get; init; }

    /// <summary>The memory limit of the pod as a whole; null when only its containers have limits.</summary>
    public long? PodLimitBytes { get; init; }

    /// <summary>Its annotations for Headroom, the others left out.</summary>
    public ImmutableSortedDictionary<string, string> Annotations { get; init; } =
        ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Its containers, in the order of its specification.</summary>
    public ImmutableArray<PodContainer> Containers { get; init; } = [];

    /// <summary>What the kubelet says of a resize under way.</summary>
    public ImmutableArray<ResizeCondition> Resizes { get; init; } = [];

    /// <summary>The containers that have budgets: those that may run beside each other, and may still run.</summary>
    public IEnumerable<PodContainer> Budgeted =>
        Containers.Where(container => container.Kind != ContainerKind.Init && !container.HasEnded && !HasEnded);
}
