using Headroom.Silo.Kubernetes.Api;
using Xunit;

namespace Headroom.Kubernetes.Tests.Api;

public sealed class RetryPauseTests
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(60);

    [Fact]
    public void Next_FailuresInARow_DoublesUpToTheMostAndJitters()
    {
        var pause = new RetryPause(First, Most, new Random(7));
        double[] doubled = [1, 2, 4, 8, 16, 32, 60, 60, 60];
        TimeSpan[] pauses = [.. doubled.Select(_ => pause.Next())];

        Assert.All(
            pauses.Zip(doubled),
            pair => Assert.InRange(pair.First.TotalSeconds, pair.Second / 2, pair.Second));
        Assert.Equal(pauses.Length, pauses.Distinct().Count());
    }

    [Fact]
    public void Next_AfterReset_IsTheFirstAgain()
    {
        var pause = new RetryPause(First, Most, new Random(7));
        _ = Enumerable.Range(0, 10).Select(_ => pause.Next()).Last();
        pause.Reset();

        Assert.InRange(pause.Next(), First / 2, First);
    }

    [Fact]
    public void Keep_EachTime_StaysAsLong()
    {
        var pause = new RetryPause(First, Most, new Random(7));
        for (int i = 0; i < 3; i++)
        {
            pause.Next();
        }

        for (int i = 0; i < 10; i++)
        {
            pause.Keep();
            Assert.InRange(pause.Next().TotalSeconds, 2, 4);
        }
    }

    [Theory]
    [InlineData(30, 30, 31)]
    [InlineData(100_000, 3600, 3601)]
    [InlineData(0, 0.5, 1)]
    [InlineData(-5, 0.5, 1)]
    public void Next_AskedFor_IsNeverLessAndNeverForEver(int asked, double least, double most) => Assert.InRange(
        new RetryPause(First, Most, new Random(7)).Next(TimeSpan.FromSeconds(asked)).TotalSeconds, least, most);

    [Fact]
    public void Next_ManyFailures_NeverOverflows()
    {
        var pause = new RetryPause(First, Most, new Random(7));
        for (int i = 0; i < 10_000; i++)
        {
            Assert.InRange(pause.Next(), First / 2, Most);
        }
    }
}
