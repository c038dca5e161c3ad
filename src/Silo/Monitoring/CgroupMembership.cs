namespace Headroom.Silo.Monitoring;

/// <summary>
/// Which cgroups a process is in, from <c>/proc/&lt;pid&gt;/cgroup</c>. Paths are as the kernel shows them to this
/// process:
/// relative to the root of its cgroup namespace.
/// </summary>
/// <param name="V1MemoryPath">Path in the v1 memory hierarchy; null when the machine has none.</param>
/// <param name="UnifiedPath">Path in the v2 hierarchy; null when the machine has none.</param>
internal sealed record CgroupMembership(string? V1MemoryPath, string? UnifiedPath)
{
    // What the kernel adds to the path of a cgroup that was removed while the process was still in it.
    private const string Deleted = " (deleted)";

    /// <summary>Reads a process's cgroups.</summary>
    /// <param name="procRoot">Root such as <c>/proc</c>.</param>
    /// <param name="process">A process id, or <c>self</c>.</param>
    public static Reading<CgroupMembership> Read(string procRoot, string process)
    {
        string path = Path.Combine(procRoot, process, "cgroup");
        Reading<string> file = SystemFile.Read(path);
        if (file.Value is not { } text)
        {
            return Reading<CgroupMembership>.Absent(file.Failure!);
        }

        CgroupMembership membership = Parse(text);
        return membership is { V1MemoryPath: null, UnifiedPath: null }
            ? Reading<CgroupMembership>.Absent($"{path}: no line of a memory or v2 hierarchy")
            : Reading<CgroupMembership>.Of(membership);
    }

    /// <summary>Parses lines of <c>id:controllers:path</c>; others are passed over.</summary>
    public static CgroupMembership Parse(string text)
    {
        string? memory = null;
        string? unified = null;
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            // The path may contain colons, the other two fields cannot: named hierarchies have names without them.
            int first = line.IndexOf(':');
            int second = first < 0 ? -1 : line[(first + 1)..].IndexOf(':');
            if (second < 0)
            {
                continue;
            }

            ReadOnlySpan<char> controllers = line.Slice(first + 1, second);
            ReadOnlySpan<char> path = line[(first + second + 2)..];
            if (!path.StartsWith('/'))
            {
                continue;
            }

            string kept = (path.EndsWith(Deleted) ? path[..^Deleted.Length] : path).ToString();
            if (controllers.IsEmpty && line[..first].SequenceEqual("0"))
            {
                unified = kept;
            }
            else if (Contains(controllers, "memory"))
            {
                memory = kept;
            }
        }

        return new CgroupMembership(memory, unified);
    }

    /// <summary>Whether a list with commas contains a word.</summary>
    public static bool Contains(ReadOnlySpan<char> list, string word)
    {
        foreach (Range range in list.Split(','))
        {
            if (list[range].SequenceEqual(word))
            {
                return true;
            }
        }

        return false;
    }
}
