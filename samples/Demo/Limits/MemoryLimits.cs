namespace Headroom.Samples.Demo.Limits;

/// <summary>Makes the limit of a run.</summary>
internal static class MemoryLimits
{
    /// <summary>Makes one.</summary>
    /// <param name="kind">Which; null for a cgroup where that can be made, and else the heap's.</param>
    /// <param name="limitBytes">The limit of store and neighbour.</param>
    /// <param name="nodeBytes">What the node around them has.</param>
    /// <exception cref="InvalidOperationException">A cgroup was asked for and cannot be made here.</exception>
    internal static IMemoryLimit Make(LimitKind? kind, long limitBytes, long nodeBytes)
    {
        IMemoryLimit? group = kind == LimitKind.Heap ? null : LimitedGroup.TryMake(limitBytes, nodeBytes);
        return group is null && kind == LimitKind.Cgroup
            ? throw new InvalidOperationException("A memory cgroup cannot be made here: that needs root.")
            : group ?? new HeapLimit(limitBytes, nodeBytes);
    }
}
