using Xunit;

namespace Headroom.Grains.Tests;

/// <summary>Waits for a condition that another process or timer brings about.</summary>
internal static class Until
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    public static async Task TrueAsync(Func<Task<bool>> condition, TimeSpan limit, Func<Task<string>> seen)
    {
        using var timer = new PeriodicTimer(Poll);
        long start = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < limit, $"not within {limit}: {await seen()}");
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }
}
