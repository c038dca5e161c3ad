namespace Headroom.Contracts;

/// <summary>What a client's process really occupies, as it reads itself. Bytes, never negative.</summary>
[GenerateSerializer, Immutable, Alias("headroom.ProcessHeap")]
public readonly record struct ProcessHeap
{
    /// <summary>Of the managed heap: objects, dead ones that are not yet collected included.</summary>
    [Id(0)] public long HeapBytes { get; init; }

    /// <summary>What the managed heap has committed, as the last collection left it.</summary>
    [Id(1)] public long CommittedBytes { get; init; }

    /// <summary>What the whole process has resident.</summary>
    [Id(2)] public long ResidentBytes { get; init; }

    /// <summary>
    /// What of that a collection may give back to the machine: resident, not leased, and more than the last collection
    /// of this kind left. 0 for a process that does not collect when asked.
    /// </summary>
    [Id(3)] public long CollectableBytes { get; init; }
}
