using System.Diagnostics;

using Xunit;

namespace Headroom.Silo.Tests.Monitoring;

/// <summary>Waits for something that others bring about.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);

    /// <summary>Looks until what is seen is as expected; fails with both at the deadline.</summary>
    public static async Task<T> Sees<T>(string expected, Func<T> see, Func<T, bool> isExpected)
    {
        using PeriodicTimer timer = new(Look);
        long began = Stopwatch.GetTimestamp();
        T seen = see();
        while (!isExpected(seen))
        {
            Assert.True(
                Stopwatch.GetElapsedTime(began) < Deadline,
                $"within {Deadline} expected {expected}; last seen: {seen}");
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
            seen = see();
        }

        return seen;
    }
}
