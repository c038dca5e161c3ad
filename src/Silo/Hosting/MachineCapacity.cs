using System.Globalization;

namespace Headroom.Silo.Hosting;

/// <summary>
/// The memory of the machine, as the kernel states it. Not the limit around this process: a silo is a small process
/// that guards a large machine, and in a container of its own it still sees the machine here.
/// </summary>
internal sealed class MachineCapacity : IHostCapacity
{
    private const string Source = "/proc/meminfo";
    private const string Label = "MemTotal:";
    private const long Kibibyte = 1024;

    /// <inheritdoc/>
    public long Find() =>
        File.Exists(Source) ? Parse(File.ReadLines(Source)) : GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>The total among the lines of the kernel's report, in bytes.</summary>
    /// <exception cref="InvalidDataException">There is none.</exception>
    internal static long Parse(IEnumerable<string> lines)
    {
        string? line = lines.FirstOrDefault(l => l.StartsWith(Label, StringComparison.Ordinal));
        string? number = line?[Label.Length..].Trim().Split(' ')[0];
        bool isNumber = long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long kibibytes);
        return isNumber && kibibytes > 0
            ? checked(kibibytes * Kibibyte)
            : throw new InvalidDataException($"{Source} has no {Label} line with a number.");
    }
}
