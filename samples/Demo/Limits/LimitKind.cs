namespace Headroom.Samples.Demo.Limits;

/// <summary>What makes the limit of a run real.</summary>
internal enum LimitKind
{
    /// <summary>A memory cgroup around the processes of store and neighbour; making one needs root.</summary>
    Cgroup,

    /// <summary>The hard limit of the .NET heap of the one process that store and neighbour are then in.</summary>
    Heap,
}
