using System.Diagnostics;

namespace Headroom.Bench;

/// <summary>One measured stretch of an operation at one concurrency.</summary>
internal sealed record Round(double PerSecond, double P50Microseconds, double P99Microseconds)
{

    private static readonly TimeSpan Length = TimeSpan.FromSeconds(1);

    /// <summary>Runs the operation in so many loops at once for a second.</summary>
    public static Task<Round> MeasureAsync(int concurrency, Func<Task> operation) =>
        MeasureAsync([.. Enumerable.Repeat(operation, concurrency)], Length);

    /// <summary>Runs each operation in a loop of its own, all at once, for so long.</summary>
    public static async Task<Round> MeasureAsync(IReadOnlyList<Func<Task>> operations, TimeSpan length)
    {
        long start = Stopwatch.GetTimestamp();
        List<long>[] loops = await Task.WhenAll(
            operations.Select(operation => Task.Run(() => LoopAsync(start, operation, length))));
        TimeSpan took = Stopwatch.GetElapsedTime(start);
        long[] all = [.. loops.SelectMany(loop => loop)];
        Array.Sort(all);
        return new Round(
            all.Length / took.TotalSeconds, Microseconds(all[all.Length / 2]),
                Microseconds(all[(int)(all.Length * 0.99)]));
    }

    /// <summary>The round whose throughput is the median.</summary>
    public static Round Median(IEnumerable<Round> rounds)
    {
        Round[] sorted = [.. rounds.OrderBy(round => round.PerSecond)];
        return sorted[sorted.Length / 2];
    }

    private static async Task<List<long>> LoopAsync(long start, Func<Task> operation, TimeSpan length)
    {
        var took = new List<long>();
        while (Stopwatch.GetElapsedTime(start) < length)
        {
            long from = Stopwatch.GetTimestamp();
            await operation();
            took.Add(Stopwatch.GetTimestamp() - from);
        }

        return took;
    }

    private static double Microseconds(long ticks) => ticks * 1e6 / Stopwatch.Frequency;
}
