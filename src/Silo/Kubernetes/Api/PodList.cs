using System.Collections.Immutable;
using Headroom.Silo.Kubernetes.Pods;

namespace Headroom.Silo.Kubernetes.Api;

/// <summary>An answer to a list.</summary>
/// <param name="Pods">The pods that could be read.</param>
/// <param name="Unread">How many could not be.</param>
/// <param name="ResourceVersion">From where a watch goes on.</param>
internal sealed record PodList(ImmutableArray<Pod> Pods, int Unread, string ResourceVersion);
