using Xunit;

namespace Headroom.Core.Tests.Ledger;

public sealed class UntrackedTests
{
    [Theory]
    [InlineData(new long[] { 100, 0 }, 100)]
    [InlineData(new long[] { 100, 0, 100, 200 }, 100)]
    [InlineData(new long[] { 100, 0, 300, 200 }, 100)]
    [InlineData(new long[] { 100, 0, 400, 200 }, 200)]
    [InlineData(new long[] { 100, 0, 60, 0 }, 60)]
    [InlineData(new long[] { 100, 0, 60, 0, 260, 200 }, 60)]
    [InlineData(new long[] { 302, 64, 92, 64 }, 28)]
    [InlineData(new long[] { 302, 64, 92, 64, 92, 164 }, 28)]
    [InlineData(new long[] { 302, 64, 302, 65, 92, 64 }, 92)]
    [InlineData(new long[] { 300, 500 }, 0)]
    [InlineData(new long[] { 300, 500, 300, 0 }, 300)]
    public void Bytes_AfterReadingsOfUseAndLeases_Are(long[] readings, long expected)
    {
        var untracked = new Untracked();
        for (int i = 0; i < readings.Length; i += 2)
        {
            untracked.Read(readings[i], readings[i + 1]);
        }

        Assert.Equal(expected, untracked.Bytes);
    }

    [Fact]
    public void Read_CreditWasLeasedBeforeItWasReported_IsNotTakenAsUntrackedForGood()
    {
        var untracked = new Untracked();

        untracked.Read(usedBytes: 96, leasedBytes: 0, creditBytes: 64);
        Assert.Equal(96, untracked.Bytes);

        untracked.Read(usedBytes: 96, leasedBytes: 64);
        Assert.Equal(32, untracked.Bytes);
        untracked.Read(usedBytes: 96, leasedBytes: 164);
        Assert.Equal(32, untracked.Bytes);
    }

    [Fact]
    public void Read_Negative_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Untracked().Read(-1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Untracked().Read(0, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Untracked().Read(0, 0, -1));
    }
}
