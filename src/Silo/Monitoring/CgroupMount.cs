using System.Text;

namespace Headroom.Silo.Monitoring;

/// <summary>Where a cgroup hierarchy is mounted, from a line of <c>/proc/&lt;pid&gt;/mountinfo</c>.</summary>
/// <param name="IsUnified">True for v2; false for the v1 hierarchy with the memory controller.</param>
/// <param name="Root">
/// The cgroup that the mount point shows: not <c>/</c> where only a part of the tree is mounted, and <c>/..</c>, once
/// for each level, where it shows more than the cgroup namespace of this process: the host's tree in a container.
/// </param>
/// <param name="MountPoint">The directory.</param>
internal sealed record CgroupMount(bool IsUnified, string Root, string MountPoint)
{
    private const int RootField = 3;
    private const int MountPointField = 4;
    private const int FieldsBeforeSeparator = 6;

    /// <summary>Parses a mount table: the mounts of v2 and of v1's memory controller, in the table's order.</summary>
    public static IReadOnlyList<CgroupMount> Parse(string mountInfo)
    {
        List<CgroupMount> mounts = [];
        foreach (ReadOnlySpan<char> line in mountInfo.AsSpan().EnumerateLines())
        {
            if (ParseLine(line) is { } mount)
            {
                mounts.Add(mount);
            }
        }

        return mounts;
    }

    /// <summary>
    /// Finds the directory names between the mount point and a cgroup. Null when the mount does not show that cgroup,
    /// or
    /// when the path leaves the cgroup namespace: with <c>..</c> in it the kernel says "elsewhere", not where. It does
    /// where the mount shows as much: as many levels above the namespace as the path begins with.
    /// </summary>
    public IReadOnlyList<string>? Locate(string cgroupPath)
    {
        string[] root = Segments(Root);
        string[] path = Segments(cgroupPath);
        int above = root.TakeWhile(segment => segment == "..").Count();
        bool shown = cgroupPath.StartsWith('/')
            && !cgroupPath.Contains('\0')
            && !path.Skip(above).Contains("..") && !path.Contains(".") && !root.Skip(above).Contains("..")
            && path.AsSpan().StartsWith(root);
        return shown ? path[root.Length..] : null;
    }

    /// <summary>The path of a cgroup that the mount shows, as <see cref="Locate"/> takes it.</summary>
    /// <param name="names">The directory names between the mount point and the cgroup.</param>
    public string PathOf(IEnumerable<string> names) => $"{Root.TrimEnd('/')}/{string.Join('/', names)}";

    private static string[] Segments(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries);

    // id parent major:minor root mountpoint options [optional fields] - fstype source superoptions
    private static CgroupMount? ParseLine(ReadOnlySpan<char> line)
    {
        string[] fields = line.ToString().Split(' ');
        int separator = Array.IndexOf(fields, "-", Math.Min(FieldsBeforeSeparator, fields.Length));
        if (separator < 0 || fields.Length < separator + 4)
        {
            return null;
        }

        bool isUnified = fields[separator + 1] == "cgroup2";
        bool isMemory = fields[separator + 1] == "cgroup" && CgroupMembership.Contains(fields[separator + 3], "memory");
        return isUnified || isMemory
            ? new CgroupMount(isUnified, Unescape(fields[RootField]), Unescape(fields[MountPointField]))
            : null;
    }

    // The kernel writes space, tab, newline and backslash as a backslash and three octal digits.
    private static string Unescape(string field)
    {
        if (!field.Contains('\\'))
        {
            return field;
        }

        StringBuilder text = new(field.Length);
        for (int i = 0; i < field.Length; i++)
        {
            if (field[i] == '\\' && i + 3 < field.Length
                && field.AsSpan(i + 1, 3).IndexOfAnyExceptInRange('0', '7') < 0)
            {
                text.Append((char)((field[i + 1] - '0') * 64 + (field[i + 2] - '0') * 8 + (field[i + 3] - '0')));
                i += 3;
            }
            else
            {
                text.Append(field[i]);
            }
        }

        return text.ToString();
    }
}
