namespace Headroom.Silo.Monitoring;

/// <summary>One reading of a container's cgroup.</summary>
/// <param name="Name">The container's name.</param>
/// <param name="Began">When this reading began, as in <see cref="HostReading.Began"/>.</param>
/// <param name="Memory">What was read. Absent says nothing about the container's use: not that it is 0.</param>
internal sealed record ContainerReading(string Name, TimeSpan Began, Reading<CgroupMemory> Memory);
