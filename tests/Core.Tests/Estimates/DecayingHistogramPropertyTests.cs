using CsCheck;
using Headroom.Core.Tests.Ledger;
using Xunit;

namespace Headroom.Core.Tests.Estimates;

/// <summary>Against all that was added, kept in a list with exact weights.</summary>
public sealed class DecayingHistogramPropertyTests
{
    private const double Quantile = 0.99;
    private static readonly TimeSpan HalfLife = TimeSpan.FromSeconds(10);

    // Sizes over all powers of two, and often the same few; time mostly stands still.
    private static readonly Gen<(long Bytes, int Milliseconds)> Use = Gen.Select(
        Gen.OneOf(
            Gen.Select(Gen.Int[0, 50], Gen.Double[0, 1]).Select((power, part) => (long)((1L << power) * (1 + part))),
            Gen.Long[9_000, 11_000]),
        Gen.Frequency((9, Gen.Const(0)), (1, Gen.Int[0, 30_000])));

    [Fact]
    public void Quantile_IsWithinABucketOfTheExactOne() => Use.Array[1, 400].Sample(
        uses =>
        {
            var histogram = new DecayingHistogram(HalfLife);
            var exact = new List<(long Bytes, double Weight)>();
            var now = TimeSpan.Zero;
            long steps = 0;
            foreach ((long bytes, int milliseconds) in uses)
            {
                now += TimeSpan.FromMilliseconds(milliseconds);
                for (; steps < now.Ticks / HalfLife.Ticks; steps++)
                {
                    Decay(exact);
                }

                histogram.Add(bytes, DecayingHistogram.Unit, now);
                exact.Add((Math.Clamp(bytes, DecayingHistogram.LeastBytes, DecayingHistogram.MostBytes), 1));
                Check(histogram, exact);
            }
        },
        iter: Effort.Cases(1000));

    private static void Decay(List<(long Bytes, double Weight)> exact)
    {
        if (exact.Sum(use => use.Weight) >= 2)
        {
            for (int i = 0; i < exact.Count; i++)
            {
                exact[i] = (exact[i].Bytes, exact[i].Weight / 2);
            }
        }
    }

    // Halving rounds each bucket's weight down: by less than a unit in each of some hundred buckets.
    private static void Check(DecayingHistogram histogram, List<(long Bytes, double Weight)> exact)
    {
        const double Rounding = 700.0 / DecayingHistogram.Unit;
        long found = histogram.QuantileBytes;
        double total = exact.Sum(use => use.Weight);
        double upTo = exact.Where(use => use.Bytes <= found).Sum(use => use.Weight);
        double below = exact.Where(use => DecayingHistogram.CountsAs(use.Bytes) < found).Sum(use => use.Weight);

        Assert.True(upTo >= (total * Quantile) - Rounding, $"{found} leaves more than 1 % above: {upTo} of {total}");
        Assert.True(below < (total * Quantile) + Rounding, $"{found} is a bucket too high: {below} of {total}");
        Assert.Contains(exact, use => use.Bytes <= found && found <= use.Bytes + (use.Bytes / 16) + 1);
        Assert.InRange(
            histogram.TotalWeight / (double)DecayingHistogram.Unit, total - Rounding, total + Rounding);
    }
}
