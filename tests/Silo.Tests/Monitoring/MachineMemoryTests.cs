using Headroom.Silo.Monitoring;

using Xunit;

namespace Headroom.Silo.Tests.Monitoring;

public sealed class MachineMemoryTests
{
    [Theory]
    [InlineData("MemTotal: 100 kB\nMemAvailable: 40 kB\n", 102_400L, 40_960L)]
    [InlineData("MemAvailable: 400 kB\nMemTotal: 100 kB\n", 102_400L, 102_400L)] // an estimate above the total
    [InlineData("MemTotal: 100 kB\nMemAvailable: 0 kB\n", 102_400L, 0L)]
    public void Read_WellFormed_GivesBytes(string text, long total, long available)
    {
        using FixtureTree tree = FixtureTree.Machine();
        tree.Write("proc/meminfo", text);

        Assert.Equal(new MachineMemory(total, available), MachineMemory.Read(tree.Proc).Value);
    }

    [Theory]
    [InlineData("", "MemTotal")]
    [InlineData("MemTotal: 0 kB\nMemAvailable: 0 kB\n", "MemTotal")]
    [InlineData("MemTotal: 100\nMemAvailable: 40 kB\n", "MemTotal")]
    [InlineData("MemTotal: -1 kB\nMemAvailable: 40 kB\n", "MemTotal")]
    [InlineData("MemTotal: 9223372036854775807 kB\nMemAvailable: 40 kB\n", "MemTotal")]
    [InlineData("MemTotal: 100 kB\nMemAvailableX: 40 kB\n", "MemAvailable")]
    [InlineData("MemTotal: 100 kB\nMemAvailable: 1e3 kB\n", "MemAvailable")]
    public void Read_Malformed_IsAbsentAndNamesTheField(string text, string field)
    {
        using FixtureTree tree = FixtureTree.Machine();
        tree.Write("proc/meminfo", text);

        Reading<MachineMemory> reading = MachineMemory.Read(tree.Proc);

        Assert.Null(reading.Value);
        Assert.Contains(field, reading.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ThisMachine_GivesATotalAndLessAvailable()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/proc/meminfo exists on Linux only");

        MachineMemory? memory = MachineMemory.Read("/proc").Value;

        Assert.NotNull(memory);
        Assert.InRange(memory.TotalBytes, 64 * FixtureTree.Mebibyte, long.MaxValue);
        Assert.InRange(memory.AvailableBytes, 1, memory.TotalBytes - 1);
    }
}
