using Xunit;

namespace Headroom.Core.Tests.Estimates;

public sealed class DecayingHistogramTests
{
    private static readonly TimeSpan HalfLife = TimeSpan.FromMinutes(5);

    private readonly DecayingHistogram _histogram = new(HalfLife);

    [Theory]
    [InlineData(0, 1024)]
    [InlineData(1, 1024)]
    [InlineData(1024, 1024)]
    [InlineData(1025, 1088)]
    [InlineData(1088, 1088)]
    [InlineData(1089, 1152)]
    [InlineData(2048, 2048)]
    [InlineData(2049, 2176)]
    [InlineData(1_000_000, 1_015_808)]
    [InlineData(1L << 40, 1L << 40)]
    [InlineData((1L << 40) + 1, (1L << 40) + (1L << 36))]
    [InlineData((1L << 48) - 1, 1L << 48)]
    [InlineData(1L << 48, 1L << 48)]
    [InlineData(long.MaxValue, 1L << 48)]
    public void CountsAs_IsTheLargestOfItsBucket(long bytes, long countsAs) =>
        Assert.Equal(countsAs, DecayingHistogram.CountsAs(bytes));

    [Fact]
    public void Quantile_Nothing_IsTheLeast() =>
        Assert.Equal((0, DecayingHistogram.LeastBytes), (_histogram.TotalWeight, _histogram.QuantileBytes));

    [Theory]
    [InlineData(1, 8_000_000)]
    [InlineData(98, 8_000_000)]
    [InlineData(99, 10_000)]
    [InlineData(500, 10_000)]
    public void Quantile_OneLargeAmongSmallOnes_CountsWhileItIsMoreThanOneInAHundred(int small, long quantile)
    {
        _histogram.Add(8_000_000, DecayingHistogram.Unit, default);
        for (int i = 0; i < small; i++)
        {
            _histogram.Add(10_000, DecayingHistogram.Unit, default);
        }

        Assert.Equal(DecayingHistogram.CountsAs(quantile), _histogram.QuantileBytes);
    }

    [Fact]
    public void Quantile_NeedFell_FollowsAfterSevenHalfLives()
    {
        Fill(8_000_000, 0, 20);
        Assert.Equal(DecayingHistogram.CountsAs(8_000_000), _histogram.QuantileBytes);

        Fill(10_000, 20, 26);
        Assert.Equal(DecayingHistogram.CountsAs(8_000_000), _histogram.QuantileBytes);
        Fill(10_000, 26, 27);
        Add(10_000, 27.1);
        Assert.Equal(DecayingHistogram.CountsAs(10_000), _histogram.QuantileBytes);
    }

    [Fact]
    public void Quantile_NeedRose_FollowsAtOnce()
    {
        Fill(10_000, 0, 20);

        for (int i = 0; i < 12; i++)
        {
            Add(8_000_000, 20);
        }

        Assert.Equal(DecayingHistogram.CountsAs(8_000_000), _histogram.QuantileBytes);
    }

    [Fact]
    public void Silence_KeepsWhatWasLearnedAndAFewNewOnesOutweighIt()
    {
        Fill(8_000_000, 0, 20);

        Add(10_000, 10_000);
        Assert.Equal(DecayingHistogram.CountsAs(8_000_000), _histogram.QuantileBytes);
        Assert.InRange(_histogram.TotalWeight, 2 * DecayingHistogram.Unit, 3 * DecayingHistogram.Unit);

        Fill(10_000, 10_000, 10_007);
        Assert.Equal(DecayingHistogram.CountsAs(10_000), _histogram.QuantileBytes);
    }

    [Fact]
    public void Clock_GoesBack_CountsAsTheLastTime()
    {
        Add(10_000, 7);
        Add(10_000, 3);

        Assert.Equal(2 * DecayingHistogram.Unit, _histogram.TotalWeight);
    }

    [Fact]
    public void Clear_ForgetsAll()
    {
        Fill(8_000_000, 0, 2);

        _histogram.Clear();

        Assert.Equal((0, DecayingHistogram.LeastBytes), (_histogram.TotalWeight, _histogram.QuantileBytes));
    }

    [Fact]
    public void Add_AllocatesNothing()
    {
        Fill(10_000, 0, 3);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Fill(20_000, 3, 6);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    // A thousand uses in each half-life, from the beginning of one to the end of another.
    private void Fill(long bytes, int from, int to)
    {
        for (int i = 0; i < (to - from) * 1000; i++)
        {
            Add(bytes, from + (i / 1000.0));
        }
    }

    private void Add(long bytes, double halfLives) =>
        _histogram.Add(bytes, DecayingHistogram.Unit, HalfLife * halfLives);
}
