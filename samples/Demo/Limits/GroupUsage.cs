using System.Globalization;

namespace Headroom.Samples.Demo.Limits;

/// <summary>What is charged to a memory cgroup at one moment.</summary>
/// <param name="UsageBytes">All of it, page cache included.</param>
/// <param name="WorkingSetBytes">Less file pages that were not used lately.</param>
/// <param name="AnonymousBytes">What the kernel cannot drop: there is no swap in the group.</param>
internal readonly record struct GroupUsage(long UsageBytes, long WorkingSetBytes, long AnonymousBytes)
{
    /// <summary>Reads a group, v1 or v2, by its folder.</summary>
    internal static GroupUsage Read(string folder)
    {
        string v1 = Path.Combine(folder, "memory.usage_in_bytes");
        bool isV1 = File.Exists(v1);
        long usage = long.Parse(
            File.ReadAllText(isV1 ? v1 : Path.Combine(folder, "memory.current")), CultureInfo.InvariantCulture);
        string[] statistics = File.ReadAllLines(Path.Combine(folder, "memory.stat"));
        long inactive = Field(statistics, isV1 ? "total_inactive_file" : "inactive_file");
        return new GroupUsage(
            usage, Math.Max(0, usage - inactive), Field(statistics, isV1 ? "total_rss" : "anon"));
    }

    /// <summary>A field of a file with a name and a number on each line; 0 when it is not there.</summary>
    internal static long Field(IEnumerable<string> lines, string name)
    {
        foreach (string line in lines)
        {
            int space = line.IndexOf(' ', StringComparison.Ordinal);
            if (space > 0 && line.AsSpan(0, space).SequenceEqual(name))
            {
                return long.Parse(line.AsSpan(space + 1), CultureInfo.InvariantCulture);
            }
        }

        return 0;
    }
}
