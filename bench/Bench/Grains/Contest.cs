namespace Headroom.Bench;

/// <summary>
/// Lets operations take turns, so that all see the same weather: each is measured in every round, and the next round
/// begins with another one.
/// </summary>
internal static class Contest
{
    private const int Rounds = 5;
    private static readonly TimeSpan Length = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Warm = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Lets the compilers of all processes see each operation often enough: the peer shares most of its code with all
    /// of them, and would be the only one that is measured at its best.
    /// </summary>
    public static async Task WarmAsync(int passes, params IReadOnlyList<Func<Task>>[] contestants)
    {
        for (int pass = 0; pass < passes; pass++)
        {
            foreach (IReadOnlyList<Func<Task>> contestant in contestants)
            {
                await Round.MeasureAsync(contestant, Warm);
            }
        }
    }

    /// <summary>The median round of each.</summary>
    /// <param name="contestants">Of each, what its loops do, all at once.</param>
    public static async Task<Round[]> RunAsync(params IReadOnlyList<Func<Task>>[] contestants)
    {
        List<Round>[] rounds = [.. contestants.Select(_ => new List<Round>())];
        for (int round = 0; round < Rounds; round++)
        {
            for (int turn = 0; turn < contestants.Length; turn++)
            {
                int who = (round + turn) % contestants.Length;
                rounds[who].Add(await Round.MeasureAsync(contestants[who], Length));
            }
        }

        return [.. rounds.Select(Round.Median)];
    }
}
