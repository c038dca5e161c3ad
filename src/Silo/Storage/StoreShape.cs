namespace Headroom.Silo.Storage;

/// <summary>
/// The sizes of the embedded store. What is kept is small (a table of allotments for each host), so memory is given
/// sparingly: this process runs beside those whose memory it guards.
/// </summary>
/// <param name="Index">Bytes of the hash index, as the server writes sizes ("4m").</param>
/// <param name="Memory">Bytes of records kept in memory; older ones are read from disk.</param>
/// <param name="Page">Bytes of one page of records. A single grain's state must fit.</param>
/// <param name="LogMemory">Bytes of the append-only file kept in memory, at least two of its pages.</param>
/// <param name="LogPage">Bytes of one page of the append-only file, at least two pages of records.</param>
/// <param name="LogSegment">Bytes of one file of it, the unit in which what a checkpoint covers is deleted.</param>
/// <param name="LogLimit">Bytes of it that are kept before a checkpoint is taken and what it covers is dropped.</param>
/// <param name="LogCheckSeconds">Seconds between two looks at whether that limit was passed.</param>
internal sealed record StoreShape(
    string Index,
    string Memory,
    string Page,
    string LogMemory,
    string LogPage,
    string LogSegment,
    string LogLimit,
    int LogCheckSeconds)
{
    /// <summary>
    /// A recovery replays at most the log limit, which takes under a second, and the folder stays below about twice
    /// that.
    /// </summary>
    public static StoreShape Default { get; } = new("1m", "64m", "1m", "16m", "4m", "16m", "64m", 5);
}
