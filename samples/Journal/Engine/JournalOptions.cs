using Headroom.Samples.Journal.Cache;
using Headroom.Samples.Journal.Memory;

namespace Headroom.Samples.Journal.Engine;

/// <summary>How a store works. The defaults are for a store of some gigabytes.</summary>
internal sealed record JournalOptions
{
    /// <summary>A segment that has reached this many bytes is closed and another begun; 4 KiB or more.</summary>
    public long SegmentBytes { get; init; } = 64L << 20;

    /// <summary>How many transactions become durable by one flush at most; 1 or more.</summary>
    public int MaxBatch { get; init; } = 128;

    /// <summary>
    /// The buffer that a commit leases, at most: larger batches go through it in parts, so that what must succeed
    /// stays small. 4 KiB or more.
    /// </summary>
    public int CommitBufferBytes { get; init; } = 1 << 20;

    /// <summary>
    /// The log is compacted when it is twice as long as what it is worth, and this many bytes more; 0 or more. Null
    /// for only when asked.
    /// </summary>
    public long? CompactionSlackBytes { get; init; } = 16L << 20;

    /// <summary>Makes another cache than the store's own, which asks where it is told; null for its own.</summary>
    public Func<IAdmission, IReadCache>? Cache { get; init; }

    /// <summary>The most bytes the store's own cache asks for.</summary>
    public long MaxCacheBytes { get; init; } = long.MaxValue;

    /// <summary>How many blocks the cache reads ahead of a sequential reader; 0 for none.</summary>
    public int ReadAheadBlocks { get; init; } = 8;

    /// <summary>How long closing waits for commits that wait for memory.</summary>
    public TimeSpan ClosePatience { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>
    /// Is told each step of a compaction whose order matters after a crash, right after it was done; null for nobody.
    /// </summary>
    public Action<CompactionStep>? Observe { get; init; }
}
