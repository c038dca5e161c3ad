using Xunit;

namespace Headroom.Core.Tests.Observation;

public sealed class PressureThresholdsTests
{
    [Fact]
    public void Validate_Defaults_FindsNothing() => Assert.Empty(PressureThresholds.Default.Validate());

    [Theory]
    [InlineData(0, 0, 1, "SomeEnterBasisPoints", "SomeLeaveBasisPoints")]
    [InlineData(10_001, 500, 1, "SomeEnterBasisPoints")]
    [InlineData(1_000, 1_000, 1, "SomeLeaveBasisPoints")]
    [InlineData(1_000, 0, 1, "SomeLeaveBasisPoints")]
    [InlineData(10_000, 9_999, 0)]
    [InlineData(1_000, 500, -1, "Hold")]
    [InlineData(1_000, 500, 601, "Hold")]
    public void Validate_EachBound_NamesWhatIsWrong(int enter, int leave, int holdSeconds, params string[] expected)
    {
        var thresholds = new PressureThresholds
        {
            SomeEnterBasisPoints = enter,
            SomeLeaveBasisPoints = leave,
            Hold = TimeSpan.FromSeconds(holdSeconds),
        };

        Assert.Equal(expected, thresholds.Validate().Select(error => error[..error.IndexOf(' ')]));
    }

    [Fact]
    public void Validate_HighAndSomeBothWrong_FindsAll()
    {
        var thresholds = new PressureThresholds { SomeLeaveBasisPoints = -1, HighLeaveBasisPoints = 5_000 };

        Assert.Equal(2, thresholds.Validate().Count);
    }
}
