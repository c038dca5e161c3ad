using Xunit;

namespace Headroom.Grains.Tests;

/// <summary>Waits for a condition that another process or timer brings about.</summary>
internal static class Until
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    /// <summary>Waits for what happens within some seconds, or is broken.</summary>
    public static Task HoldsAsync(Func<Task<bool>> condition) =>
        TrueAsync(condition, TimeSpan.FromSeconds(20), () => Task.FromResult("it does not hold"));

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
