namespace Headroom.Samples.Journal.Engine;

/// <summary>What a record says. Values are on disk.</summary>
internal enum RecordType : byte
{
    /// <summary>A key has a value.</summary>
    Put = 1,

    /// <summary>A key has no value any more.</summary>
    Delete = 2,

    /// <summary>The records since the last commit are one transaction, and it holds.</summary>
    Commit = 3,

    /// <summary>The journal was closed in order: everything before is durable.</summary>
    Mark = 4,

    /// <summary>A checkpoint is whole.</summary>
    End = 5,
}
