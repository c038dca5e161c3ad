namespace Headroom.Samples.Journal.Engine;

/// <summary>The steps of a compaction, in their order. A crash after any of them loses nothing.</summary>
internal enum CompactionStep
{
    /// <summary>A new segment takes the commits from now on.</summary>
    Rotated,

    /// <summary>The unfinished checkpoint has some of its records.</summary>
    Copying,

    /// <summary>The checkpoint is whole and durable, under its unfinished name.</summary>
    Written,

    /// <summary>The checkpoint has its name; it replaces what is in front of it.</summary>
    Renamed,

    /// <summary>The first of the replaced files is gone.</summary>
    RemovedFirst,

    /// <summary>All replaced files are gone.</summary>
    Removed,
}
