using Headroom.Silo.Hosting;
using Xunit;

namespace Headroom.Silo.Tests.Hosting;

public sealed class MachineCapacityTests
{
    [Fact]
    public void Parse_KernelReport_GivesTheTotalInBytes() =>
        Assert.Equal(4_194_304, MachineCapacity.Parse(["MemFree:  1 kB", "MemTotal:       4096 kB", "Buffers: 7 kB"]));

    [Theory]
    [InlineData("")]
    [InlineData("MemTotal:")]
    [InlineData("MemTotal: -1 kB")]
    [InlineData("MemTotal: 0 kB")]
    public void Parse_NoUsableTotal_Throws(string line) =>
        Assert.Throws<InvalidDataException>(() => MachineCapacity.Parse([line]));

    [Fact]
    public void Find_ThisMachine_HasAtLeastWhatThisProcessMayUse() =>
        Assert.InRange(new MachineCapacity().Find(), GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, long.MaxValue);
}
