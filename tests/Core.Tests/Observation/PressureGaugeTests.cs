using CsCheck;

using Xunit;

namespace Headroom.Core.Tests.Observation;

public sealed class PressureGaugeTests
{
    private static readonly PressureThresholds Thresholds = PressureThresholds.Default;

    // Around the thresholds more often than by chance, or the levels would hardly ever change.
    private static readonly Gen<int> AnyShare = Gen.OneOf(
        Gen.Int[0, PressureSample.WholeBasisPoints],
        Gen.Const(0),
        Gen.Int[499, 500],
        Gen.Int[999, 1_001],
        Gen.Int[1_999, 2_001]);

    private static readonly Gen<(int Some, int Full, int StepMilliseconds)[]> AnyReadings =
        Gen.Select(AnyShare, AnyShare, Gen.OneOf(Gen.Int[0, 4_000], Gen.Int[0, 20_000])).Array[1, 60];

    [Theory]
    [InlineData(0, 0, PressureLevel.None)]
    [InlineData(999, 999, PressureLevel.None)]
    [InlineData(1_000, 0, PressureLevel.Some)]
    [InlineData(10_000, 1_999, PressureLevel.Some)]
    [InlineData(2_000, 2_000, PressureLevel.High)]
    [InlineData(0, 1_000, PressureLevel.Some)] // "full" printed above "some": all stalled, so some did
    [InlineData(10_000, 10_000, PressureLevel.High)]
    public void Observe_FirstReading_EntersAtOnce(int some, int full, PressureLevel expected) =>
        Assert.Equal(expected, Gauge().Observe(new PressureSample(some, full), TimeSpan.Zero).Level);

    [Fact]
    public void Observe_BelowTheEndForLessThanTheHold_KeepsTheLevel()
    {
        PressureGauge gauge = Gauge()
            .Observe(new PressureSample(3_000, 3_000), TimeSpan.Zero)
            .Observe(default, TimeSpan.FromSeconds(5));

        Assert.Equal(PressureLevel.High, gauge.Observe(default, TimeSpan.FromSeconds(14.9)).Level);
        Assert.Equal(PressureLevel.None, gauge.Observe(default, TimeSpan.FromSeconds(15)).Level);
    }

    [Fact]
    public void Observe_OneReadingNotBelowTheEnd_StartsTheHoldAnew()
    {
        PressureGauge gauge = Gauge()
            .Observe(new PressureSample(1_000, 0), TimeSpan.Zero)
            .Observe(default, TimeSpan.FromSeconds(1))
            .Observe(new PressureSample(500, 0), TimeSpan.FromSeconds(10))
            .Observe(default, TimeSpan.FromSeconds(11));

        Assert.Equal(PressureLevel.Some, gauge.Observe(default, TimeSpan.FromSeconds(20)).Level);
        Assert.Equal(PressureLevel.None, gauge.Observe(default, TimeSpan.FromSeconds(21)).Level);
    }

    [Fact]
    public void Observe_HighEndsWhileSomeStillStall_FallsToSome()
    {
        PressureGauge gauge = Gauge()
            .Observe(new PressureSample(5_000, 2_000), TimeSpan.Zero)
            .Observe(new PressureSample(5_000, 0), TimeSpan.FromSeconds(1));

        Assert.Equal(PressureLevel.Some, gauge.Observe(new PressureSample(5_000, 0), TimeSpan.FromSeconds(11)).Level);
    }

    [Fact]
    public void Observe_AnyReadings_NoLevelEndsWithinTheHoldOfItsBeginning() =>
        AnyReadings.Sample(readings =>
        {
            TimeSpan enteredAt = TimeSpan.Zero;
            PressureLevel before = PressureLevel.None;
            foreach ((PressureLevel level, TimeSpan now) in Replay(readings))
            {
                if (level > before)
                {
                    enteredAt = now;
                }
                else if (level < before)
                {
                    Assert.True(now - enteredAt >= Thresholds.Hold,
                        $"{before} at {enteredAt} fell to {level} at {now}");
                }

                before = level;
            }
        });

    [Fact]
    public void Observe_ReadingsBetweenEndAndEntry_NeverChangeTheLevel() =>
        Gen.Select(AnyReadings, Gen.Select(Gen.Int[0, 999], Gen.Int[500, 1_999], Gen.Int[1_000, 10_000]).Array[1, 40])
            .Sample((readings, shares) =>
            {
                (PressureGauge gauge, TimeSpan now) = After(readings);
                PressureLevel level = gauge.Level;
                foreach ((int belowSome, int aboveSome, int aboveHigh) in shares)
                {
                    now += TimeSpan.FromSeconds(7);
                    PressureSample between = level switch
                    {
                        PressureLevel.None => new PressureSample(belowSome, belowSome),
                        PressureLevel.Some => new PressureSample(aboveSome, aboveSome),
                        _ => new PressureSample(aboveHigh, aboveHigh),
                    };
                    gauge = gauge.Observe(between, now);
                    Assert.Equal(level, gauge.Level);
                }
            });

    [Fact]
    public void Observe_HigherReadingsThroughout_NeverGiveALowerLevel() =>
        Gen.Select(AnyReadings, Gen.Select(Gen.Int[0, 3_000], Gen.Int[0, 3_000]).Array[60]).Sample((readings, more) =>
        {
            (int, int, int)[] higher =
            [
                .. readings.Select((r, i) => (
                    Math.Min(r.Some + more[i].Item1, PressureSample.WholeBasisPoints),
                    Math.Min(r.Full + more[i].Item2, PressureSample.WholeBasisPoints),
                    r.StepMilliseconds)),
            ];

            foreach (var (low, high) in Replay(readings).Zip(Replay(higher)))
            {
                Assert.True(high.Level >= low.Level,
                    $"at {low.Now}: {high.Level} under higher pressure, {low.Level} under lower");
            }
        });

    [Fact]
    public void Observe_SameReadings_GiveTheSameGaugeAndLeaveTheOldOneAlone() =>
        AnyReadings.Sample(readings =>
        {
            PressureGauge first = Gauge();
            Assert.Equal(Replay(readings), Replay(readings));
            PressureGauge once = first.Observe(new PressureSample(readings[0].Some, readings[0].Full), TimeSpan.Zero);
            PressureGauge twice = first.Observe(new PressureSample(readings[0].Some, readings[0].Full), TimeSpan.Zero);
            Assert.Equal(once, twice);
            Assert.Equal(Gauge(), first);
        });

    [Fact]
    public void Observe_CalmForTheHoldAfterAnything_EndsAtNone() =>
        AnyReadings.Sample(readings =>
        {
            (PressureGauge gauge, TimeSpan now) = After(readings);

            gauge = gauge.Observe(default, now).Observe(default, now + Thresholds.Hold);

            Assert.Equal(PressureLevel.None, gauge.Level);
        });

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(0, -1)]
    [InlineData(10_001, 0)]
    [InlineData(0, 10_001)]
    public void Observe_ShareOutOfRange_Throws(int some, int full) =>
        Assert.Throws<ArgumentOutOfRangeException>(
            () => Gauge().Observe(new PressureSample(some, full), TimeSpan.Zero));

    [Fact]
    public void Observe_TimeWentBack_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(
            () => Gauge().Observe(default, TimeSpan.FromSeconds(2)).Observe(default, TimeSpan.FromSeconds(1)));

    [Fact]
    public void Constructor_ThresholdsThatCannotBeUsed_Throws() =>
        Assert.Throws<ArgumentException>(() => new PressureGauge(Thresholds with { SomeLeaveBasisPoints = 1_000 }));

    private static PressureGauge Gauge() => new(Thresholds);

    private static (PressureGauge Gauge, TimeSpan Now) After((int Some, int Full, int StepMilliseconds)[] readings) =>
        readings.Aggregate((Gauge(), TimeSpan.Zero), (state, reading) =>
        {
            TimeSpan now = state.Item2 + TimeSpan.FromMilliseconds(reading.StepMilliseconds);
            return (state.Item1.Observe(new PressureSample(reading.Some, reading.Full), now), now);
        });

    private static List<(PressureLevel Level, TimeSpan Now)> Replay(
        (int Some, int Full, int StepMilliseconds)[] readings) =>
        [.. Enumerable.Range(1, readings.Length).Select(n => After(readings[..n])).Select(s => (s.Gauge.Level, s.Now))];
}
