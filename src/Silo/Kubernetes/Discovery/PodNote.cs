using Headroom.Silo.Kubernetes.Pods;

namespace Headroom.Silo.Kubernetes.Discovery;

/// <summary>What the owner of a pod is to hear.</summary>
/// <param name="Pod">The pod.</param>
/// <param name="Problem">What it is.</param>
internal sealed record PodNote(Pod Pod, PodProblem Problem);
