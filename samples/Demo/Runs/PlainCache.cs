namespace Headroom.Samples.Demo.Runs;

/// <summary>What the plain run caches with.</summary>
internal enum PlainCache
{
    /// <summary>The store's own cache, bounded.</summary>
    Own,

    /// <summary>A <c>MemoryCache</c> with a size limit.</summary>
    Memory,
}
