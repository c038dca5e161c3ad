using Xunit;

namespace Headroom.Core.Tests.Ledger;

public sealed class ReasonsTests
{
    [Fact]
    public void Rows_MostOutstandingBytesComeFirst()
    {
        var reasons = new Reasons();
        reasons.Grant("journal", "commit", 2, 10);
        reasons.Grant("journal", "replay", 1, 30);
        reasons.Wait("wal", "flush", 1);

        Assert.Equal(
            [
                new ReasonUse("journal", "replay", 1, 0, 30),
                new ReasonUse("journal", "commit", 2, 0, 10),
                new ReasonUse("wal", "flush", 0, 1, 0),
            ],
            reasons.Rows);
    }

    [Fact]
    public void MadeUpReasons_AreCountedTogether()
    {
        var reasons = new Reasons();
        for (int i = 0; i < 10 * Reasons.MaxRows; i++)
        {
            reasons.Grant("journal", $"commit {i}", 1, 1);
        }

        Assert.Equal(Reasons.MaxRows, reasons.Rows.Count);
        Assert.Equal(Reasons.Other, reasons.Rows[0].Reason);
        Assert.Equal(10 * Reasons.MaxRows, reasons.Rows.Sum(row => row.Granted));
    }

    [Fact]
    public void ReasonBeyondTheBound_IsTakenFromTheRowItWasCountedIn()
    {
        var reasons = new Reasons();
        for (int i = 0; i < 2 * Reasons.MaxRows; i++)
        {
            reasons.Grant("journal", $"commit {i}", 1, 5);
        }

        for (int i = 0; i < 2 * Reasons.MaxRows; i++)
        {
            reasons.Release("journal", $"commit {i}", 5);
        }

        Assert.All(reasons.Rows, row => Assert.Equal(0, row.OutstandingBytes));
    }
}
