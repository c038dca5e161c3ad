using Xunit;

namespace Headroom.Images.Tests;

/// <summary>Waits for conditions.</summary>
internal static class Wait
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// Waits until nothing is missing, and no call fails; what was expected and is missing is the message when it does
    /// not come.
    /// </summary>
    /// <param name="missing">What is missing; null for nothing.</param>
    /// <param name="limit">How long.</param>
    /// <param name="expected">What is waited for.</param>
    public static async Task UntilAsync(Func<Task<string?>> missing, TimeSpan limit, string expected)
    {
        using var timer = new PeriodicTimer(Poll);
        long start = TimeProvider.System.GetTimestamp();
        while (await MissingAsync(missing) is { } why)
        {
            if (TimeProvider.System.GetElapsedTime(start) > limit)
            {
                Assert.Fail($"Expected {expected} within {limit}; seen: {why}");
            }

            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    // Who is asked may be down, or cut off: that is an answer, too.
    private static async Task<string?> MissingAsync(Func<Task<string?>> missing)
    {
        try
        {
            return await missing();
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            return error.Message;
        }
    }
}
