namespace Headroom.Samples.Journal.Cache;

/// <summary>What a cache did.</summary>
/// <param name="Hits">Reads of a block that was there.</param>
/// <param name="Misses">Reads of a block that was not.</param>
/// <param name="ReadAhead">Blocks that were read before anybody asked.</param>
/// <param name="Refused">Blocks for which there was no more memory.</param>
/// <param name="Bypassed">
/// Reads that went past the cache, since it had no memory at all or the end of a file still changes.
/// </param>
/// <param name="Evicted">Blocks that were given up for others, or because memory was wanted back.</param>
/// <param name="Bytes">Bytes held now.</param>
/// <param name="PeakBytes">The most bytes held at one moment.</param>
internal readonly record struct CacheStatistics(
    long Hits, long Misses, long ReadAhead, long Refused, long Bypassed, long Evicted, long Bytes, long PeakBytes)
{
    /// <summary>The share of reads that hit; 0 when there were none.</summary>
    internal double HitRate => Hits + Misses == 0 ? 0 : (double)Hits / (Hits + Misses);
}
