namespace Headroom;

/// <summary>The heap of this process, by its runtime.</summary>
internal sealed class ManagedHeap : IManagedHeap
{
    public (long HeapBytes, long CommittedBytes, long ResidentBytes) Read() => (
        GC.GetTotalMemory(forceFullCollection: false),
        GC.GetGCMemoryInfo(GCKind.Any).TotalCommittedBytes,
        Environment.WorkingSet);

    // Nothing less gives memory back to the machine: after an ordinary collection of 1 GiB of dead objects, blocking or
    // in the background, all of it was still resident 15 s later.
    public void Collect() => GC.Collect(
        GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);

    public void RefreshLimit() => GC.RefreshMemoryLimit();
}
