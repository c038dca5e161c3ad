using Microsoft.Extensions.Time.Testing;

namespace Headroom.Client.Tests.Heap;

/// <summary>A heap as a test says it is.</summary>
internal sealed class HeapDouble : IManagedHeap
{
    private readonly Lock _lock = new();

    internal long ObjectBytes { get; set; }

    internal long CommittedBytes { get; set; }

    internal long ResidentBytes { get; set; }

    internal int Reads { get; private set; }

    internal int Collections { get; private set; }

    internal int Refreshes { get; private set; }

    /// <summary>What a collection gives back.</summary>
    internal long DeadBytes { get; set; }

    /// <summary>How long it takes, on this clock; null for no time.</summary>
    internal (FakeTimeProvider Time, TimeSpan For)? Takes { get; set; }

    /// <summary>What comes of telling the runtime of a limit.</summary>
    internal Exception? LimitFault { get; set; }

    public (long HeapBytes, long CommittedBytes, long ResidentBytes) Read()
    {
        lock (_lock)
        {
            Reads++;
            return (ObjectBytes, CommittedBytes, ResidentBytes);
        }
    }

    public void Collect()
    {
        lock (_lock)
        {
            Collections++;
            ResidentBytes -= DeadBytes;
            DeadBytes = 0;
        }

        if (Takes is { } takes)
        {
            takes.Time.Advance(takes.For);
        }
    }

    public void RefreshLimit()
    {
        Refreshes++;
        if (LimitFault is { } fault)
        {
            throw fault;
        }
    }
}
