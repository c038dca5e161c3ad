namespace Headroom.Samples.Journal.Workload;

/// <summary>How <see cref="MixedWork"/> went.</summary>
internal sealed record WorkReport
{
    /// <summary>How long it took.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>Transactions that are durable.</summary>
    public required long Commits { get; init; }

    /// <summary>Commits that failed.</summary>
    public required long CommitsFailed { get; init; }

    /// <summary>The time that half of the commits took at most.</summary>
    public required TimeSpan CommitP50 { get; init; }

    /// <summary>The time that 99 of 100 commits took at most.</summary>
    public required TimeSpan CommitP99 { get; init; }

    /// <summary>Transactions that were refused before their commit.</summary>
    public required long TransactionsRefused { get; init; }

    /// <summary>Values that were stored at close.</summary>
    public required long Closes { get; init; }

    /// <summary>Values that were lost at close.</summary>
    public required long CloseFailures { get; init; }

    /// <summary>Writers that were refused when they were opened or written to.</summary>
    public required long WritersRefused { get; init; }

    /// <summary>Values that were read.</summary>
    public required long Reads { get; init; }

    /// <summary>Their bytes.</summary>
    public required long BytesRead { get; init; }

    /// <summary>Readers that were refused when they opened.</summary>
    public required long ReadersRefused { get; init; }

    /// <summary>Values that were not what was written.</summary>
    public required long Damaged { get; init; }
}
