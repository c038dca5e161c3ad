namespace Headroom.Silo.Monitoring;

/// <summary>The fields of <c>/proc/&lt;pid&gt;/stat</c> that tell a process from another and from a dead one.</summary>
/// <param name="State">Field 3, a letter.</param>
/// <param name="Threads">Field 20: threads that have not ended.</param>
/// <param name="StartTicks">Field 22: when it started, in clock ticks since the machine did.</param>
internal readonly record struct ProcessStat(char State, long Threads, long StartTicks)
{
    // Counted from field 3, the first after the name.
    private const int ThreadsIndex = 20 - 3;
    private const int StartIndex = 22 - 3;

    /// <summary>
    /// Whether all of it has ended. A process whose first thread has ended while others run is shown as a zombie too,
    /// but
    /// lives on and keeps its memory.
    /// </summary>
    public bool HasEnded => State is 'X' or 'x' || (State == 'Z' && Threads <= 1);

    /// <summary>Parses the line; null when it is none.</summary>
    public static ProcessStat? Parse(string text)
    {
        // The name is in parentheses and may contain spaces and parentheses itself; nothing after it does.
        int end = text.LastIndexOf(')');
        if (end < 0)
        {
            return null;
        }

        string[] fields = text[(end + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > StartIndex
            && fields[0].Length == 1
            && Figures.Count(fields[ThreadsIndex]) is { } threads
            && Figures.Count(fields[StartIndex]) is { } start
            ? new ProcessStat(fields[0][0], threads, start)
            : null;
    }
}
