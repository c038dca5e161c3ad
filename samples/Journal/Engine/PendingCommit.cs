namespace Headroom.Samples.Journal.Engine;

/// <summary>Something for the committer to do: a transaction, or to begin a new segment.</summary>
internal sealed class PendingCommit
{
    private PendingCommit(Staging? staging) => Staging = staging;

    /// <summary>The records of the transaction; null to begin a new segment.</summary>
    internal Staging? Staging { get; }

    /// <summary>
    /// Completes with the number of the transaction once it is durable, or of the last one before the new segment.
    /// </summary>
    internal TaskCompletionSource<long> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal static PendingCommit Of(Staging staging) => new(staging);

    internal static PendingCommit Rotation() => new(null);
}
