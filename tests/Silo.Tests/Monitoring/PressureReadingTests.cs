using Headroom.Silo.Monitoring;

using Xunit;

namespace Headroom.Silo.Tests.Monitoring;

public sealed class PressureReadingTests
{
    [Fact]
    public void Read_WellFormed_GivesSharesAndTotal()
    {
        using FixtureTree tree = FixtureTree.Machine();
        tree.Write("proc/pressure/memory", FixtureTree.Psi(12));

        PressureReading? reading = PressureReading.ReadMachine(tree.Proc).Value;

        Assert.Equal(
            new PressureReading(
                new PressureLine(1_225, 250, TimeSpan.FromSeconds(1.5)),
                new PressureLine(99, 1, TimeSpan.FromMicroseconds(7))),
            reading);
        Assert.Equal(new PressureSample(1_225, 99), reading!.Sample);
    }

    [Theory]
    [InlineData("")]
    [InlineData("some avg10=0.00 avg60=0.00 avg300=0.00 total=0\n")]
    [InlineData("some avg10=100.01 avg60=0.00 total=0\nfull avg10=0.00 avg60=0.00 total=0\n")]
    [InlineData("some avg10=-1.00 avg60=0.00 total=0\nfull avg10=0.00 avg60=0.00 total=0\n")]
    [InlineData("some avg10=0.00 avg60=0.00\nfull avg10=0.00 avg60=0.00 total=0\n")]
    [InlineData("some avg10=0.00 total=1\nfull avg10=0.00 avg60=0.00 total=0\n")]
    [InlineData("some avg10=x avg60=0.00 total=0\nfull avg10=0.00 avg60=0.00 total=9223372036854775807\n")]
    [InlineData("some avg10=0.00 avg60=0.00 total=0\nfull avg10=0.00 avg60=0.00 total=9223372036854775807\n")]
    public void Read_Malformed_IsAbsentAndNamesTheFile(string text)
    {
        using FixtureTree tree = FixtureTree.Machine();
        tree.Write("proc/pressure/memory", text);

        Reading<PressureReading> reading = PressureReading.ReadMachine(tree.Proc);

        Assert.Null(reading.Value);
        Assert.Contains("pressure/memory", reading.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_Missing_IsAbsent() =>
        Assert.NotNull(PressureReading.ReadMachine("/nonexistent").Failure);
}
