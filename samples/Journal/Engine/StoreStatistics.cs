using Headroom.Samples.Journal.Cache;

namespace Headroom.Samples.Journal.Engine;

/// <summary>A picture of a store.</summary>
internal sealed record StoreStatistics
{
    /// <summary>How many keys have a value.</summary>
    public required int Keys { get; init; }

    /// <summary>The number of the last durable transaction.</summary>
    public required long Sequence { get; init; }

    /// <summary>Bytes of all data files.</summary>
    public required long FileBytes { get; init; }

    /// <summary>Bytes of the records that count.</summary>
    public required long LiveBytes { get; init; }

    /// <summary>How often the journal was flushed since it was opened.</summary>
    public required long Flushes { get; init; }

    /// <summary>Compactions since it was opened.</summary>
    public required long Compactions { get; init; }

    /// <summary>Compactions that were put off for want of memory.</summary>
    public required long CompactionsRefused { get; init; }

    /// <summary>Why the last compaction failed; null when none did.</summary>
    public required string? CompactionFailure { get; init; }

    /// <summary>Transactions that were replayed when it was opened.</summary>
    public required long ReplayedTransactions { get; init; }

    /// <summary>Bytes of a torn write that were cut off when it was opened.</summary>
    public required long CutBytes { get; init; }

    /// <summary>The cache.</summary>
    public required CacheStatistics Cache { get; init; }
}
