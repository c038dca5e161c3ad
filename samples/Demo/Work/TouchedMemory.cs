using Headroom.Samples.Journal.Memory;

namespace Headroom.Samples.Demo.Work;

/// <summary>
/// Much memory at once whose every page was touched. Arrays are small ones: large ones have a part of the heap of their
/// own, in which the gaps between them are nobody else's.
/// </summary>
internal sealed class TouchedMemory : IDisposable
{
    private const long SmallBytes = 64 << 10;
    private readonly List<PageBlock> _blocks = [];

    /// <summary>Allocates and touches.</summary>
    /// <exception cref="OutOfMemoryException">There is none left; nothing is allocated.</exception>
    internal TouchedMemory(long bytes)
    {
        long step = PageBlock.IsManaged ? SmallBytes : bytes;
        try
        {
            for (long at = 0; at < bytes; at += step)
            {
                _blocks.Add(new PageBlock(Math.Min(step, bytes - at)));
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Frees it, or lets it go. Idempotent; not for use from two threads at once.</summary>
    public void Dispose()
    {
        _blocks.ForEach(block => block.Dispose());
        _blocks.Clear();
    }
}
