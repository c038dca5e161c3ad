namespace Headroom.Silo.Monitoring;

/// <summary>The whole machine's memory, from <c>/proc/meminfo</c>. In a container too it is the machine's, not the
/// container's.</summary>
/// <param name="TotalBytes">Bytes the machine has; more than 0.</param>
/// <param name="AvailableBytes">Bytes that can be had without swapping, by the kernel's estimate; 0 to the
/// total.</param>
internal sealed record MachineMemory(long TotalBytes, long AvailableBytes)
{
    private const long BytesPerKilobyte = 1024;

    /// <summary>Bytes in use: those not available.</summary>
    public long UsedBytes => TotalBytes - AvailableBytes;

    /// <summary>Reads <c>meminfo</c> below a root such as <c>/proc</c>.</summary>
    public static Reading<MachineMemory> Read(string procRoot)
    {
        string path = Path.Combine(procRoot, "meminfo");
        Reading<string> file = SystemFile.Read(path);
        if (file.Value is not { } text)
        {
            return Reading<MachineMemory>.Absent(file.Failure!);
        }

        if (Bytes(text, "MemTotal") is not { } total || total == 0)
        {
            return Reading<MachineMemory>.Absent($"{path}: no usable MemTotal");
        }

        if (Bytes(text, "MemAvailable") is not { } available)
        {
            return Reading<MachineMemory>.Absent($"{path}: no usable MemAvailable");
        }

        // The estimate sums counters that are not read at one moment, and may come out above the total.
        return Reading<MachineMemory>.Of(new MachineMemory(total, Math.Min(available, total)));
    }

    private static long? Bytes(string text, string key)
    {
        ReadOnlySpan<char> field = Figures.Field(text, key);
        return field.EndsWith(" kB", StringComparison.Ordinal)
            && Figures.Count(field[..^3]) is { } kilobytes
            && kilobytes <= long.MaxValue / BytesPerKilobyte
            ? kilobytes * BytesPerKilobyte
            : null;
    }
}
