using Headroom.Core.Tests.Ledger;
using Xunit;

namespace Headroom.Core.Tests.Estimates;

public sealed class UseEstimateTests
{
    private const long Start = 1 << 20;
    private static readonly TimeSpan HalfLife = TimeSpan.FromSeconds(10);

    private readonly UseEstimate _estimate = new(Start, HalfLife, Given.At(0));

    [Fact]
    public void Bytes_NothingLearned_IsTheStartSize() => Assert.Equal(Start, _estimate.Bytes);

    [Fact]
    public void Bytes_FewSmallUses_IsTheStartSizeUntilTenAreKnown()
    {
        Learn(10_000, 9);
        Assert.Equal(Start, _estimate.Bytes);

        Learn(10_000, 1);
        Assert.Equal(DecayingHistogram.CountsAs(10_000), _estimate.Bytes);
    }

    [Fact]
    public void Bytes_FirstUseIsLarger_IsThatAtOnce()
    {
        Learn(5_000_000, 1);

        Assert.Equal(DecayingHistogram.CountsAs(5_000_000), _estimate.Bytes);
    }

    [Theory]
    [InlineData(1, 3 << 20, 6 << 20)]
    [InlineData(1, 100, 1 << 20)]
    [InlineData(1, long.MaxValue, 1L << 48)]
    public void After_ALeaseThatWasTooSmall_IsTwiceThatAndNotLessThanTheEstimate(int uses, long leased, long asked)
    {
        Learn(10_000, uses);

        Assert.Equal(asked, _estimate.After(leased));
    }

    [Fact]
    public void Refused_ForAHalfLifeWithoutAUse_IsForgotten()
    {
        Learn(1L << 40, 1);
        _estimate.Refused(Given.At(5));
        _estimate.Refused(Given.At(14));
        Assert.Equal(1L << 40, _estimate.Bytes);

        _estimate.Refused(Given.At(15));

        Assert.Equal(Start, _estimate.Bytes);
    }

    [Fact]
    public void Refused_UsesComeInBetween_IsKept()
    {
        Learn(1L << 40, 1);
        _estimate.Refused(Given.At(1));
        _estimate.Learn(1L << 40, Given.At(9));
        _estimate.Refused(Given.At(11));

        Assert.Equal(1L << 40, _estimate.Bytes);
    }

    [Fact]
    public void Forget_StartsAgain()
    {
        Learn(1L << 48, 50);

        _estimate.Forget(Given.At(1));

        Assert.Equal(Start, _estimate.Bytes);
        Learn(10_000, 10);
        Assert.Equal(DecayingHistogram.CountsAs(10_000), _estimate.Bytes);
    }

    [Fact]
    public void LearnedAt_IsTheLastUse()
    {
        Assert.Equal(Given.At(0), _estimate.LearnedAt);
        _estimate.Learn(1, Given.At(7));
        Assert.Equal(Given.At(7), _estimate.LearnedAt);
    }

    private void Learn(long bytes, int times)
    {
        for (int i = 0; i < times; i++)
        {
            _estimate.Learn(bytes, Given.At(0));
        }
    }
}
