using Headroom.Samples.Demo.Runs;
using Xunit;

namespace Headroom.Demo.Tests;

public sealed class ScoreTests
{
    [Theory]
    [InlineData(new long[0], new long[] { 0, 0, 0 })]
    [InlineData(new long[] { 1, 2, 3 }, new long[] { 0, 0, 0 })]
    [InlineData(new long[] { 9, 4, 2 }, new long[] { 0, 0, 0 })]
    [InlineData(new long[] { 9, 2, 7 }, new long[] { 9, 2, 7 })]
    [InlineData(new long[] { 5, 4, 5, 9, 1, 8 }, new long[] { 9, 1, 8 })]
    public void Swing_IsTheDeepestFallThatWasMadeUpFor(long[] held, long[] expected)
        => Assert.Equal(expected, RunScore.Swing(held));
}
