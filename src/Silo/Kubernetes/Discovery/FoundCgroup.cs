namespace Headroom.Silo.Kubernetes.Discovery;

/// <summary>The cgroup of a container that runs.</summary>
/// <param name="Path">Its path, as the monitor takes it.</param>
/// <param name="HardLimitBytes">The lowest limit of it and of what it is in; null when nothing limits it.</param>
internal sealed record FoundCgroup(string Path, long? HardLimitBytes);
