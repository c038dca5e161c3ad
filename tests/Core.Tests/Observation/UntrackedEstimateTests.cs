using CsCheck;

using Xunit;

namespace Headroom.Core.Tests.Observation;

public sealed class UntrackedEstimateTests
{
    private static readonly Gen<long> AnyBytes = Gen.OneOf(
        Gen.Long[0, 100], Gen.Long[0, 1L << 40], Gen.Const(0L), Gen.Const(long.MaxValue));

    private static readonly Gen<(long Used, long Leased)[]> AnyReadings =
        Gen.Select(AnyBytes, AnyBytes).Array[1, 30];

    [Fact]
    public void Bytes_BeforeTheFirstReading_IsZeroAndNotObserved()
    {
        Assert.Equal(0, default(UntrackedEstimate).Bytes);
        Assert.False(default(UntrackedEstimate).Observed);
    }

    [Theory]
    [InlineData(60, 0, 60)] // a first start: nothing is leased, all use is somebody else's
    [InlineData(60, 50, 10)] // a restart with leases already reported: they are taken for touched
    [InlineData(40, 80, 0)] // learning: the whole mark is charged, and hides the use until it comes down
    [InlineData(0, 0, 0)]
    [InlineData(long.MaxValue, long.MaxValue, 0)]
    [InlineData(0, long.MaxValue, 0)]
    public void Observe_FirstReading_TakesLeasesForTouched(long used, long leased, long expected)
    {
        UntrackedEstimate estimate = default(UntrackedEstimate).Observe(used, leased);

        Assert.True(estimate.Observed);
        Assert.Equal(expected, estimate.Bytes);
    }

    [Fact]
    public void Observe_LeaseThatIsNotYetTouched_DoesNotHideWhatOthersUse()
    {
        UntrackedEstimate estimate = default(UntrackedEstimate).Observe(40, 0).Observe(40, 50);
        Assert.Equal(40, estimate.Bytes);

        Assert.Equal(40, estimate.Observe(90, 50).Bytes);
    }

    [Fact]
    public void Observe_LeaseReleasedWhileTheMemoryStays_CountsItAsUntracked()
    {
        UntrackedEstimate estimate = default(UntrackedEstimate).Observe(10, 0).Observe(60, 50);
        Assert.Equal(10, estimate.Bytes);

        Assert.Equal(60, estimate.Observe(60, 0).Bytes);
    }

    [Fact]
    public void Observe_MarkComesDownAfterLearning_ShowsWhatItHid()
    {
        UntrackedEstimate learning = default(UntrackedEstimate).Observe(50, 80);
        Assert.Equal(0, learning.Bytes);

        Assert.Equal(40, learning.Observe(50, 10).Bytes);
    }

    [Fact]
    public void Observe_NegativeFigure_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => default(UntrackedEstimate).Observe(-1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => default(UntrackedEstimate).Observe(0, -1));
    }

    [Fact]
    public void Observe_AnyReadings_StaysWithinItsBounds() =>
        AnyReadings.Sample(readings =>
        {
            UntrackedEstimate estimate = default;
            foreach ((long used, long leased) in readings)
            {
                estimate = estimate.Observe(used, leased);
                Assert.InRange(estimate.Bytes, Math.Max(0, used - leased), used);
            }
        });

    [Fact]
    public void Observe_OnlyLeasesGrow_NeverFalls() =>
        Gen.Select(AnyReadings, AnyBytes).Sample((readings, more) =>
        {
            UntrackedEstimate before = Replay(readings);
            (long used, long leased) = readings[^1];

            UntrackedEstimate after = before.Observe(
                used, long.MaxValue - leased < more ? long.MaxValue : leased + more);

            Assert.Equal(before, after);
        });

    [Fact]
    public void Observe_UseFallsBelowTheEstimate_FallsWithIt() =>
        Gen.Select(AnyReadings, AnyBytes, AnyBytes).Sample((readings, most, leased) =>
        {
            UntrackedEstimate before = Replay(readings);
            long used = Math.Min(before.Bytes, most);

            Assert.Equal(used, before.Observe(used, leased).Bytes);
        });

    [Fact]
    public void Observe_UseExceedsLeasesAndEstimate_RisesByExactlyTheExcess() =>
        Gen.Select(Gen.Long[0, 1L << 40], Gen.Long[0, 1L << 40], Gen.Long[1, 1L << 40])
            .Sample((first, leased, excess) =>
        {
            UntrackedEstimate before = default(UntrackedEstimate).Observe(first, 0);

            Assert.Equal(first + excess, before.Observe(first + leased + excess, leased).Bytes);
        });

    [Fact]
    public void Observe_SameReadingAgain_ChangesNothing() =>
        AnyReadings.Sample(readings =>
        {
            UntrackedEstimate once = Replay(readings);

            Assert.Equal(once, once.Observe(readings[^1].Used, readings[^1].Leased));
        });

    private static UntrackedEstimate Replay((long Used, long Leased)[] readings) =>
        readings.Aggregate(default(UntrackedEstimate), (estimate, r) => estimate.Observe(r.Used, r.Leased));
}
