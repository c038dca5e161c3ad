namespace Headroom.Samples.Journal.Engine;

/// <summary>What recovery found in a folder.</summary>
/// <param name="Files">The data files, oldest first; the last takes commits.</param>
/// <param name="Sequence">The number of the last transaction that holds.</param>
/// <param name="Transactions">How many transactions were replayed from segments.</param>
/// <param name="CutBytes">How many bytes of a write that was never acknowledged were cut off.</param>
internal readonly record struct Recovered(
    IReadOnlyList<DataFile> Files, long Sequence, long Transactions, long CutBytes);
