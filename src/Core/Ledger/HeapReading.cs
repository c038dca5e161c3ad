namespace Headroom;

/// <summary>What a client's process really occupies, as it read itself.</summary>
/// <param name="HeapBytes">Of the managed heap, dead objects that are not yet collected included.</param>
/// <param name="CommittedBytes">What the managed heap has committed, as the last collection left it.</param>
/// <param name="ResidentBytes">What the whole process has resident.</param>
/// <param name="CollectableBytes">What of that a collection may give back to the machine.</param>
public readonly record struct HeapReading(
    long HeapBytes, long CommittedBytes, long ResidentBytes, long CollectableBytes);
