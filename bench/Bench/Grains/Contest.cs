namespace Headroom.Bench;

/// <summary>
/// Lets operations take turns, so that all see the same weather: each is measured in every round, and the next round
/// begins with another one.
/// </summary>
internal static class Contest
{
    private const int Rounds = 5;
    private static readonly TimeSpan Length = TimeSpan.FromMilliseconds(int.Parse(Environment.GetEnvironmentVariable("LEN") ?? "500"));

    /// <summary>The median round of each, after one that does not count.</summary>
    /// <param name="contestants">Of each, what its loops do, all at once.</param>
    public static async Task<Round[]> RunAsync(params IReadOnlyList<Func<Task>>[] contestants)
    {
        List<Round>[] rounds = [.. contestants.Select(_ => new List<Round>())];
        foreach (IReadOnlyList<Func<Task>> contestant in contestants)
        {
            await Round.MeasureAsync(contestant, Length);
        }

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
