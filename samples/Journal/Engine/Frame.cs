namespace Headroom.Samples.Journal.Engine;

/// <summary>A record as a <see cref="FrameReader"/> found it.</summary>
/// <param name="Type">What it says.</param>
/// <param name="Offset">Where it starts.</param>
/// <param name="Key">Its key; empty for a commit.</param>
/// <param name="KeyBytes">The length of the key.</param>
/// <param name="ValueBytes">The length of the value.</param>
/// <param name="Commit">What a commit, mark or end says.</param>
internal readonly record struct Frame(
    RecordType Type, long Offset, string Key, int KeyBytes, int ValueBytes, CommitBody Commit);
