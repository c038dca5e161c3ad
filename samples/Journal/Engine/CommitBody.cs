namespace Headroom.Samples.Journal.Engine;

/// <summary>What a record of type commit, mark or end says.</summary>
/// <param name="Type">Which of the three.</param>
/// <param name="Sequence">The number of the transaction; each is one more than the one before.</param>
/// <param name="Records">How many records the transaction, or the checkpoint, has.</param>
/// <param name="BatchOffset">
/// Where the write began that this record was part of. Everything in front of it was durable before it was written,
/// so damage there is damage and no torn write.
/// </param>
/// <param name="File">The number of the file it was written to.</param>
/// <param name="Offset">
/// Where in the file it was written. A copy of a journal inside a value is never taken for the journal.
/// </param>
internal readonly record struct CommitBody(
    RecordType Type, long Sequence, long Records, long BatchOffset, long File, long Offset);
