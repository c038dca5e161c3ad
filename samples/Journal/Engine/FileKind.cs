namespace Headroom.Samples.Journal.Engine;

/// <summary>What a data file is. Values are on disk.</summary>
internal enum FileKind : byte
{
    /// <summary>A part of the journal, with transactions in the order of their commits.</summary>
    Segment = 1,

    /// <summary>The live records of all files up to its number, which it replaces.</summary>
    Checkpoint = 2,
}
