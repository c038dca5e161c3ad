using Headroom.Samples.Demo.Board;
using Xunit;

namespace Headroom.Demo.Tests;

public sealed class BoardTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Board_OpenedTwice_ShowsTheSameNumbers()
    {
        using Scoreboard one = Scoreboard.Open(_path);
        using Scoreboard other = Scoreboard.Open(_path);

        one.Add(Slot.Commits, 3);
        other.Add(Slot.Commits, 4);
        other.Raise(Slot.Acknowledged, 9);
        one.Raise(Slot.Acknowledged, 5);

        Assert.Equal(7, one[Slot.Commits]);
        Assert.Equal(9, one[Slot.Acknowledged]);
    }

    [Fact]
    public void Latency_OfManyDurations_IsWithinABucketOfTheTruth()
    {
        using Scoreboard board = Scoreboard.Open(_path);
        Assert.Equal(TimeSpan.Zero, board.Latency(50));

        for (int milliseconds = 1; milliseconds <= 1000; milliseconds++)
        {
            board.AddLatency(TimeSpan.FromMilliseconds(milliseconds));
        }

        Assert.InRange(board.Latency(50).TotalMilliseconds, 500, 535);
        Assert.InRange(board.Latency(99).TotalMilliseconds, 990, 1055);
    }

    [Fact]
    public void Latency_OfOne_IsThatOne()
    {
        using Scoreboard board = Scoreboard.Open(_path);
        board.AddLatency(TimeSpan.FromMilliseconds(20));
        Assert.InRange(board.Latency(50).TotalMilliseconds, 20, 21.5);
        Assert.InRange(board.Latency(99).TotalMilliseconds, 20, 21.5);
    }
}
