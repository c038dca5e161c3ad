namespace Headroom.Silo.Monitoring;

/// <summary>
/// Tells whether a process still lives and what it holds. It sees the processes of the PID namespace that its root
/// shows:
/// ids of another namespace (<see cref="PidNamespace"/>) or machine (<see cref="BootId"/>) must not be asked for.
/// </summary>
/// <param name="procRoot">Root such as <c>/proc</c>.</param>
internal sealed class ProcessWitness(string procRoot)
{
    private readonly Lazy<bool> _mayHide = new(() => MayHide(procRoot));

    /// <summary>The id of this run of the machine; absent when it cannot be read.</summary>
    public Reading<string> BootId()
    {
        Reading<string> file = SystemFile.Read(Path.Combine(procRoot, "sys", "kernel", "random", "boot_id"));
        return file.Value is { } text ? Reading<string>.Of(text.Trim()) : file;
    }

    /// <summary>The inode of the PID namespace whose processes are seen; null when it cannot be read.</summary>
    public long? PidNamespace()
    {
        // The link says "pid:[4026531836]". It is the reader's own, which the root shows when it names the reader
        // "self".
        string path = Path.Combine(procRoot, "self", "ns", "pid");
        try
        {
            return new FileInfo(path).LinkTarget is { } target && target.StartsWith("pid:[", StringComparison.Ordinal)
                ? Figures.Count(target.AsSpan()[5..].TrimEnd(']'))
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Reads when a process started; null when it cannot be seen. With its id, this names the process for
    /// good.</summary>
    public long? StartTicks(int processId) => ReadStat(processId)?.StartTicks;

    /// <summary>Looks at a process.</summary>
    /// <param name="processId">Its id; more than 0.</param>
    /// <param name="startTicks">When it started, as <see cref="StartTicks"/>: another start means that it is
    /// gone.</param>
    /// <exception cref="ArgumentOutOfRangeException">The id is not more than 0.</exception>
    public ProcessSighting Look(int processId, long startTicks)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(processId);

        if (!TryJudge(processId, startTicks, out ProcessStat stat, out ProcessFate fate))
        {
            return new ProcessSighting(fate, null, null);
        }

        long? resident = stat.State == 'Z'
            ? ResidentOfThreads(processId)
            : Resident(Path.Combine(Root(processId), "statm"));
        CgroupMembership? membership = CgroupMembership.Read(procRoot, $"{processId}").Value;

        // It may have ended in between, and its id been given to another: then what was read is not its own.
        return TryJudge(processId, startTicks, out _, out fate)
            ? new ProcessSighting(ProcessFate.Alive, resident, membership?.V1MemoryPath ?? membership?.UnifiedPath)
            : new ProcessSighting(fate, null, null);
    }

    private string Root(int processId) => Path.Combine(procRoot, $"{processId}");

    private ProcessStat? ReadStat(int processId) =>
        SystemFile.Read(Path.Combine(Root(processId), "stat")).Value is { } text ? ProcessStat.Parse(text) : null;

    private bool TryJudge(int processId, long startTicks, out ProcessStat stat, out ProcessFate fate)
    {
        stat = default;
        if (ReadStat(processId) is not { } found)
        {
            // Unreadable is not ended, and nor is missing where processes of others are hidden or nothing is mounted.
            bool missing = !Directory.Exists(Root(processId)) && Directory.Exists(Path.Combine(procRoot, "self"));
            fate = missing && !_mayHide.Value ? ProcessFate.Gone : ProcessFate.Unknown;
            return false;
        }

        stat = found;
        fate = found.StartTicks != startTicks || found.HasEnded ? ProcessFate.Gone : ProcessFate.Alive;
        return fate == ProcessFate.Alive;
    }

    // The first thread's memory map is gone once it has ended; that of any other thread is the process's.
    private long? ResidentOfThreads(int processId)
    {
        try
        {
            return Directory.EnumerateDirectories(Path.Combine(Root(processId), "task"))
                .Select(thread => Resident(Path.Combine(thread, "statm")))
                .Max();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static long? Resident(string statmPath)
    {
        string[] fields = SystemFile.Read(statmPath).Value?.Split(' ') ?? [];
        return fields.Length > 1 && Figures.Count(fields[1]) is { } pages and > 0
            && pages <= long.MaxValue / Environment.SystemPageSize
            ? pages * Environment.SystemPageSize
            : null;
    }

    // With the mount option hidepid, processes of other users look like processes that are not there.
    private static bool MayHide(string procRoot)
    {
        string text = SystemFile.Read(Path.Combine(procRoot, "self", "mountinfo")).Value ?? "";
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            if (line.Contains(" - proc ", StringComparison.Ordinal)
                && line.Contains("hidepid=", StringComparison.Ordinal)
                && !line.Contains("hidepid=0", StringComparison.Ordinal)
                && !line.Contains("hidepid=off", StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
