namespace Headroom.Samples.Journal.Engine;

/// <summary>What came of reading the next record.</summary>
internal enum FrameOutcome
{
    /// <summary>A whole record.</summary>
    Record,

    /// <summary>The file ends right here.</summary>
    End,

    /// <summary>What is here is no whole record.</summary>
    Damaged,
}
