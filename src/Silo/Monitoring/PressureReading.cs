namespace Headroom.Silo.Monitoring;

/// <summary>The memory pressure of the machine or of a cgroup, as the kernel shows it.</summary>
/// <param name="Some">Time in which at least one task stalled.</param>
/// <param name="Full">Time in which all tasks stalled at once.</param>
internal sealed record PressureReading(PressureLine Some, PressureLine Full)
{
    /// <summary>What a <see cref="PressureGauge"/> takes.</summary>
    public PressureSample Sample => new(Some.Avg10BasisPoints, Full.Avg10BasisPoints);

    /// <summary>Reads a pressure file such as <c>/proc/pressure/memory</c> or a cgroup's
    /// <c>memory.pressure</c>.</summary>
    public static Reading<PressureReading> Read(string path)
    {
        Reading<string> file = SystemFile.Read(path);
        if (file.Value is not { } text)
        {
            return Reading<PressureReading>.Absent(file.Failure!);
        }

        return PressureLine.Parse(Figures.Field(text, "some")) is { } some
            && PressureLine.Parse(Figures.Field(text, "full")) is { } full
            ? Reading<PressureReading>.Of(new PressureReading(some, full))
            : Reading<PressureReading>.Absent($"{path}: not a pressure file");
    }

    /// <summary>Reads the machine's pressure below a root such as <c>/proc</c>.</summary>
    public static Reading<PressureReading> ReadMachine(string procRoot) =>
        Read(Path.Combine(procRoot, "pressure", "memory"));
}
