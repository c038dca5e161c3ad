namespace Headroom.Silo.Monitoring;

/// <summary>What is charged to a cgroup and its descendants.</summary>
/// <param name="UsageBytes">All of it, page cache included.</param>
/// <param name="WorkingSetBytes">Less inactive file pages; 0 to the usage.</param>
internal sealed record CgroupUsage(long UsageBytes, long WorkingSetBytes)
{
    /// <summary>Reads a cgroup's use by its directory.</summary>
    public static Reading<CgroupUsage> Read(string directory, bool isV1)
    {
        string usagePath = Path.Combine(directory, isV1 ? "memory.usage_in_bytes" : "memory.current");
        Reading<string> usageFile = SystemFile.Read(usagePath);
        if (usageFile.Value is null)
        {
            return Reading<CgroupUsage>.Absent(usageFile.Failure!);
        }

        if (Figures.Count(usageFile.Value) is not { } usage)
        {
            return Reading<CgroupUsage>.Absent($"{usagePath}: not a count");
        }

        string statPath = Path.Combine(directory, "memory.stat");
        Reading<string> statFile = SystemFile.Read(statPath);
        if (statFile.Value is null)
        {
            return Reading<CgroupUsage>.Absent(statFile.Failure!);
        }

        // v1's plain figures are the cgroup's own, and usage_in_bytes counts descendants: "total_" does too.
        string key = isV1 ? "total_inactive_file" : "inactive_file";
        if (Figures.Count(Figures.Field(statFile.Value, key)) is not { } inactive)
        {
            return Reading<CgroupUsage>.Absent($"{statPath}: no usable {key}");
        }

        // The two files are not read at one moment, and the kernel batches what it counts in them.
        return Reading<CgroupUsage>.Of(new CgroupUsage(usage, Math.Max(0, usage - inactive)));
    }
}
