using System.Runtime.CompilerServices;
using Headroom.Silo.Monitoring;

namespace Headroom.CgroupGuest;

/// <summary>What a check says when something is not as it must be.</summary>
internal static class Expect
{
    // On an emulated processor; a condition that holds ends a wait at once.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>A condition.</summary>
    public static void That(
        bool condition, object? seen, [CallerArgumentExpression(nameof(condition))] string expected = "")
    {
        if (!condition)
        {
            throw new CheckFailedException($"expected {expected}; seen: {seen}");
        }
    }

    /// <summary>A condition, within a minute.</summary>
    public static void Soon<T>(
        Func<T> read, Func<T, bool> condition, [CallerArgumentExpression(nameof(condition))] string expected = "")
    {
        using var pause = new ManualResetEventSlim();
        long began = TimeProvider.System.GetTimestamp();
        T seen = read();
        while (!condition(seen))
        {
            if (TimeProvider.System.GetElapsedTime(began) > Limit)
            {
                throw new CheckFailedException($"expected {expected} within {Limit}; seen: {seen}");
            }

            pause.Wait(Pause);
            seen = read();
        }
    }

    /// <summary>A reading that could be made.</summary>
    public static T Present<T>(Reading<T> reading)
        where T : class => reading.Value ?? throw new CheckFailedException($"expected a reading; {reading.Failure}");
}
