namespace Headroom;

/// <summary>The managed heap of this process, as <see cref="HeapListener"/> needs it.</summary>
internal interface IManagedHeap
{
    /// <summary>Objects, what is committed, and what the process has resident; bytes.</summary>
    (long HeapBytes, long CommittedBytes, long ResidentBytes) Read();

    /// <summary>Collects, and gives back to the machine all that it can; the process stands still meanwhile.</summary>
    void Collect();

    /// <summary>Has the runtime read the memory limit of its container anew.</summary>
    /// <exception cref="InvalidOperationException">The heap is larger than the new limit allows.</exception>
    void RefreshLimit();
}
