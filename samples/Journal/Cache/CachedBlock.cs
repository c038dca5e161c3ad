using Headroom.Samples.Journal.Memory;

namespace Headroom.Samples.Journal.Cache;

/// <summary>A block in memory. All members but the memory itself are under the lock of the cache.</summary>
internal sealed class CachedBlock(BlockKey key, LeasedBuffer buffer, int bytes)
{
    internal BlockKey Key { get; } = key;

    /// <summary>Its memory; a leased buffer of its own.</summary>
    internal LeasedBuffer Buffer { get; } = buffer;

    /// <summary>How many bytes of the file it has; less than a block at the end of a file.</summary>
    internal int Bytes { get; } = bytes;

    /// <summary>How many readers copy from it.</summary>
    internal int Readers { get; set; }

    /// <summary>Its place in the order of use.</summary>
    internal LinkedListNode<CachedBlock>? Place { get; set; }
}
