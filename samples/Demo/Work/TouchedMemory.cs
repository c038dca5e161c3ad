using Headroom.Samples.Journal.Memory;

namespace Headroom.Samples.Demo.Work;

/// <summary>Memory whose every page was touched; unmapped when disposed.</summary>
internal sealed unsafe class TouchedMemory : IDisposable
{
    private readonly long _bytes;
    private byte* _start;

    /// <summary>Maps and touches.</summary>
    /// <exception cref="InsufficientMemoryException">The system has none left; nothing is mapped.</exception>
    internal TouchedMemory(long bytes)
    {
        _bytes = bytes;
        _start = NativePages.Allocate(bytes);
    }

    /// <summary>Unmaps it. Idempotent; not for use from two threads at once.</summary>
    public void Dispose()
    {
        byte* start = _start;
        _start = null;
        if (start is not null)
        {
            NativePages.Free(start, _bytes);
        }
    }
}
