using Xunit;

namespace Headroom.Core.Tests.Ledger;

public sealed class FloorPolicyTests
{
    [Theory]
    [InlineData(PressureLevel.None, 200, 100, 40)]
    [InlineData(PressureLevel.Some, 500, 200, 40)]
    [InlineData(PressureLevel.High, 1000, 500, 80)]
    public void Floors_OfAThousandBytes_ByPressure(PressureLevel pressure, long optional, long safe, long risky) =>
        Assert.Equal(new ByUrgency(optional, safe, risky, 0), new FloorPolicy(20, 10, 4).Floors(1000, pressure));

    [Theory]
    [InlineData(0)]
    [InlineData(99)]
    [InlineData(long.MaxValue)]
    public void Floors_OfAnyBudget_NeverGrowWithUrgencyNorExceedIt(long budget)
    {
        foreach (PressureLevel pressure in Enum.GetValues<PressureLevel>())
        {
            ByUrgency floors = new FloorPolicy(90, 90, 90).Floors(budget, pressure);
            Assert.InRange(floors[0], floors[1], budget);
            Assert.InRange(floors[2], floors[3], floors[1]);
            Assert.Equal(0, floors[Urgency.MustSucceed]);
        }
    }

    [Theory]
    [InlineData(91, 0, 0)]
    [InlineData(10, 11, 0)]
    [InlineData(10, 5, 6)]
    [InlineData(10, 5, -1)]
    public void Constructor_OutsideItsRange_Throws(int optional, int safeToFail, int riskyToFail) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new FloorPolicy(optional, safeToFail, riskyToFail));
}
