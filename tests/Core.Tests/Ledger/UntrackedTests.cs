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

    // 60 were in use and 60 leased; then 60 more came unseen, and leases that are not touched yet.
    [Fact]
    public void Read_LeasesSinceTheLastReading_DoNotHideWhatWasSeenThen()
    {
        var untracked = new Untracked();
        untracked.Read(usedBytes: 60, leasedBytes: 0);
        untracked.Read(usedBytes: 180, leasedBytes: 60);
        Assert.Equal(120, untracked.Bytes);

        untracked.Read(usedBytes: 180, leasedBytes: 160);
        Assert.Equal(120, untracked.Bytes);

        // Those of then are touched by now: what is not in use must have gone.
        untracked.Read(usedBytes: 180, leasedBytes: 160);
        Assert.Equal(60, untracked.Bytes);
    }

    [Fact]
    public void Read_LeasesSinceTheLastReading_HideNoMoreThanTheirSize()
    {
        var untracked = new Untracked();
        untracked.Read(usedBytes: 60, leasedBytes: 0);
        untracked.Read(usedBytes: 180, leasedBytes: 60);

        untracked.Read(usedBytes: 160, leasedBytes: 70);
        Assert.Equal(100, untracked.Bytes);
    }

    [Fact]
    public void Read_LeasesEndedAndOthersCameSince_TheseMayBeUntouched()
    {
        var untracked = new Untracked();
        untracked.Read(usedBytes: 60, leasedBytes: 0);
        untracked.Read(usedBytes: 180, leasedBytes: 60);

        untracked.Leased(10);
        untracked.Leased(60);
        untracked.Read(usedBytes: 130, leasedBytes: 60);
        Assert.Equal(120, untracked.Bytes);
        untracked.Read(usedBytes: 130, leasedBytes: 60);
        Assert.Equal(70, untracked.Bytes);
    }

    // Whoever leases out of credit says so later; what he uses meanwhile is no memory that nobody asked for.
    [Fact]
    public void Read_CreditExplainsTheUse_IsNotHeld()
    {
        var untracked = new Untracked();
        untracked.Read(usedBytes: 60, leasedBytes: 0);
        untracked.Read(usedBytes: 160, leasedBytes: 0, creditBytes: 100);
        Assert.Equal(160, untracked.Bytes);

        untracked.Read(usedBytes: 160, leasedBytes: 100);
        Assert.Equal(60, untracked.Bytes);
    }

    [Fact]
    public void Raise_MoreIsUsed_RisesAndFallsWithTheNextRead()
    {
        var untracked = new Untracked();
        untracked.Read(usedBytes: 60, leasedBytes: 0);
        untracked.Read(usedBytes: 100, leasedBytes: 60);
        Assert.Equal(60, untracked.Bytes);

        untracked.Raise(usedBytes: 150, leasedBytes: 60, creditBytes: 0);
        Assert.Equal(90, untracked.Bytes);
        untracked.Raise(usedBytes: 100, leasedBytes: 60, creditBytes: 0);
        Assert.Equal(90, untracked.Bytes);

        untracked.Read(usedBytes: 100, leasedBytes: 60);
        Assert.Equal(60, untracked.Bytes);
    }

    [Fact]
    public void Read_Negative_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Untracked().Read(-1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Untracked().Read(0, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Untracked().Read(0, 0, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Untracked().Raise(-1, 0, 0));
    }
}
