using Headroom.Samples.Demo.Limits;
using Headroom.Samples.Demo.Reports;

namespace Headroom.Samples.Demo.Runs;

/// <summary>How one run went.</summary>
internal sealed record RunResult
{
    /// <summary>Who decided.</summary>
    public required Mode Mode { get; init; }

    /// <summary>What is different in this run, in words.</summary>
    public required string Difference { get; init; }

    /// <summary>What happened beside the work.</summary>
    public required Variant Variant { get; init; }

    /// <summary>Where chance started.</summary>
    public required int Seed { get; init; }

    /// <summary>How long the work lasted.</summary>
    public required double Seconds { get; init; }

    /// <summary>What the limit is.</summary>
    public required LimitKind LimitKind { get; init; }

    /// <summary>The same in words.</summary>
    public required string LimitName { get; init; }

    /// <summary>What is measured as use of it, in words.</summary>
    public required string Measured { get; init; }

    /// <summary>The limit.</summary>
    public required long LimitBytes { get; init; }

    /// <summary>Processes that the OOM killer ended.</summary>
    public required int Killed { get; init; }

    /// <summary>Processes that ended by an exception for want of memory.</summary>
    public required int DiedOfException { get; init; }

    /// <summary>Processes that ended badly otherwise.</summary>
    public required int DiedOtherwise { get; init; }

    /// <summary>Seconds in which the store did not run.</summary>
    public required double StoreDownSeconds { get; init; }

    /// <summary>Commits that were asked for.</summary>
    public required long CommitsAttempted { get; init; }

    /// <summary>Commits that failed, or got no answer because their process was killed.</summary>
    public required long CommitsFailed { get; init; }

    /// <summary>Transactions that were answered as durable and were not there after a recovery.</summary>
    public required long CommitsLost { get; init; }

    /// <summary>How often the stores were opened and found whole, the check at the end included.</summary>
    public required long Recoveries { get; init; }

    /// <summary>Values or stores that were not what was written.</summary>
    public required long Damaged { get; init; }

    /// <summary>The time that half of the commits took at most.</summary>
    public required double CommitP50Milliseconds { get; init; }

    /// <summary>The time that 99 of 100 commits took at most.</summary>
    public required double CommitP99Milliseconds { get; init; }

    /// <summary>The time that the longest commit took.</summary>
    public required double CommitLongestMilliseconds { get; init; }

    /// <summary>Commits that are durable, in a second.</summary>
    public required double CommitsPerSecond { get; init; }

    /// <summary>Closes that were asked for.</summary>
    public required long Closes { get; init; }

    /// <summary>Closes that lost their value, or got no answer because their process was killed.</summary>
    public required long CloseFailures { get; init; }

    /// <summary>Readers, writers and transactions that were refused where that is safe.</summary>
    public required long SafeErrors { get; init; }

    /// <summary>Of those, readers.</summary>
    public required long ReaderErrors { get; init; }

    /// <summary>The share of reads that the cache answered.</summary>
    public required double CacheHitRate { get; init; }

    /// <summary>The most that the cache held, the least after that, and the most after that.</summary>
    public required long[] CacheSwing { get; init; }

    /// <summary>Values that were read, in a second.</summary>
    public required double ReadsPerSecond { get; init; }

    /// <summary>Their bytes, in a second.</summary>
    public required double BytesReadPerSecond { get; init; }

    /// <summary>The share of what the neighbour wanted that it had, over time.</summary>
    public required double NeighbourServed { get; init; }

    /// <summary>The most that was used of the limit, as <see cref="Measured"/> says.</summary>
    public required long PeakAnonymousBytes { get; init; }

    /// <summary>The most that was charged, page cache included; null where that is not measured.</summary>
    public required long? PeakBytes { get; init; }

    /// <summary>Seconds in which some process waited for memory (PSI); null where the kernel shows none.</summary>
    public required double? StalledSeconds { get; init; }

    /// <summary>The most that was on other hosts.</summary>
    public required long PeakLentBytes { get; init; }

    /// <summary>Bytes that were written to other hosts and read back as they were.</summary>
    public required long LentCheckedBytes { get; init; }

    /// <summary>Bytes that were given back because they were asked for.</summary>
    public required long ReclaimedBytes { get; init; }

    /// <summary>Why and how often somebody was refused, the most frequent first.</summary>
    public required IReadOnlyList<Refusal> Refusals { get; init; }

    /// <summary>What the audit of the silo found at the end; empty without a silo or when all was well.</summary>
    public required IReadOnlyList<string> Violations { get; init; }

    /// <summary>What happened.</summary>
    public required IReadOnlyList<Mark> Marks { get; init; }

    /// <summary>What was seen over time.</summary>
    public required IReadOnlyList<Sample> Samples { get; init; }
}
