namespace Headroom.Samples.Demo.Board;

/// <summary>A number on a <see cref="Scoreboard"/>.</summary>
internal enum Slot
{
    /// <summary>Bytes in use at <see cref="Urgency.Optional"/> now; the other urgencies follow in order.</summary>
    HeldOptional,

    /// <summary>Bytes in use at <see cref="Urgency.SafeToFail"/> now.</summary>
    HeldSafeToFail,

    /// <summary>Bytes in use at <see cref="Urgency.RiskyToFail"/> now.</summary>
    HeldRiskyToFail,

    /// <summary>Bytes in use at <see cref="Urgency.MustSucceed"/> now.</summary>
    HeldMustSucceed,

    /// <summary>Refusals at <see cref="Urgency.Optional"/> so far; the other urgencies follow in order.</summary>
    RefusedOptional,

    /// <summary>Refusals at <see cref="Urgency.SafeToFail"/>.</summary>
    RefusedSafeToFail,

    /// <summary>Refusals at <see cref="Urgency.RiskyToFail"/>.</summary>
    RefusedRiskyToFail,

    /// <summary>Refusals at <see cref="Urgency.MustSucceed"/>.</summary>
    RefusedMustSucceed,

    /// <summary>Bytes that were given back because somebody asked for them, so far.</summary>
    Reclaimed,

    /// <summary>Commits that were asked for.</summary>
    CommitsBegun,

    /// <summary>Commits that were answered as durable.</summary>
    Commits,

    /// <summary>Commits that were answered as failed; what a killed process owes is in none of the two.</summary>
    CommitsFailed,

    /// <summary>Closes that were asked for.</summary>
    ClosesBegun,

    /// <summary>Closes that stored their value.</summary>
    Closes,

    /// <summary>Closes that lost their value and said so.</summary>
    ClosesFailed,

    /// <summary>Transactions that were refused before their commit.</summary>
    TransactionsRefused,

    /// <summary>Writers that were refused when they were opened or written to.</summary>
    WritersRefused,

    /// <summary>Values that were read.</summary>
    Reads,

    /// <summary>Their bytes.</summary>
    BytesRead,

    /// <summary>Readers that were refused when they opened: the error at the safe place.</summary>
    ReadersRefused,

    /// <summary>Values that were not what was written.</summary>
    Damaged,

    /// <summary>The highest transaction of the store that was answered as durable.</summary>
    Acknowledged,

    /// <summary>Transactions that were answered as durable and were not there after a recovery.</summary>
    Lost,

    /// <summary>How often the stores were opened and found whole.</summary>
    Recoveries,

    /// <summary>Reads of the cache that hit.</summary>
    CacheHits,

    /// <summary>Reads of the cache that did not.</summary>
    CacheMisses,

    /// <summary>Bytes that the neighbour wants now.</summary>
    Wanted,

    /// <summary>Bytes that the neighbour got, so far.</summary>
    Taken,

    /// <summary>Bytes that are held on another host now.</summary>
    Lent,

    /// <summary>Bytes that were written to another host and read back as they were, so far.</summary>
    LentChecked,

    /// <summary>How long the longest commit took, in ticks.</summary>
    LongestCommit,

    /// <summary>Bytes that the collector of the store's process has committed now.</summary>
    Committed,

    /// <summary>1 once the process has what it needs to begin.</summary>
    Ready,

    /// <summary>When the work of the run began, in ticks of UTC; 0 before.</summary>
    Start,

    /// <summary>Numbered transactions that were answered as durable: the first writer's; others follow.</summary>
    FirstNumber,
}
