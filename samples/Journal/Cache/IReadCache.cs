using Headroom.Samples.Journal.Engine;

namespace Headroom.Samples.Journal.Cache;

/// <summary>Keeps blocks of files in memory. Readers never wait for memory here, and never fail for want of it.
/// Thread-safe.</summary>
internal interface IReadCache : IAsyncDisposable
{
    /// <summary>What it did so far.</summary>
    CacheStatistics Statistics { get; }

    /// <summary>Reads bytes that are durable.</summary>
    /// <exception cref="JournalCorruptException">The file ends before.</exception>
    void Read(DataFile file, long offset, Span<byte> target);

    /// <summary>Gives up blocks until so many bytes are free, or none is left that it would give up.</summary>
    /// <returns>How many bytes were freed.</returns>
    long Trim(long bytes);

    /// <summary>Gives up the blocks of a file that is no longer read.</summary>
    void Drop(DataFile file);
}
