namespace Headroom.Samples.Journal.Workload;

/// <summary>What happens while <see cref="MixedWork"/> works, with what its amount is.</summary>
internal enum WorkEvent
{
    /// <summary>A commit was asked for; 1.</summary>
    CommitBegun,

    /// <summary>A commit is durable; how long it took, in ticks.</summary>
    Committed,

    /// <summary>A commit failed; 1.</summary>
    CommitFailed,

    /// <summary>A commit or a close was told that it is durable; the number of its transaction.</summary>
    Durable,

    /// <summary>A transaction was refused before its commit; 1.</summary>
    TransactionRefused,

    /// <summary>A close was asked for; 1.</summary>
    CloseBegun,

    /// <summary>A value was stored at close; 1.</summary>
    Closed,

    /// <summary>A value was lost at close; 1.</summary>
    CloseFailed,

    /// <summary>A writer was refused when it was opened or written to; 1.</summary>
    WriterRefused,

    /// <summary>A value was read; its bytes.</summary>
    Read,

    /// <summary>A reader was refused when it opened; 1.</summary>
    ReaderRefused,

    /// <summary>A value was not what was written; the bytes that were read of it.</summary>
    Damaged,
}
