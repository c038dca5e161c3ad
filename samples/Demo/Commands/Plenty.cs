using Headroom.Samples.Demo.Reports;
using Headroom.Samples.Demo.Runs;
using Spectre.Console;

namespace Headroom.Samples.Demo.Commands;

/// <summary>
/// What Headroom costs when there is more memory than anybody wants: alternating runs of the same work.
/// </summary>
internal static class Plenty
{
    private const double Least = 0.97;
    private const long Enough = 4L << 30;
    private const int Pairs = 4;

    // Measured in the second half: in the first, code is compiled and the cache fills.
    private const int Seconds = 16;

    /// <summary>Runs pairs and prints the ratio of each and their median.</summary>
    /// <returns>0 when the median reaches <see cref="Least"/>, 1 when not.</returns>
    internal static async Task<int> RunAsync(DemoPlan plan, CancellationToken cancellationToken)
    {
        Table table = new Table().Title("memory is plentiful: work in a second").AddColumn("pair");
        foreach (string column in
            (string[])["commits, without", "with", "ratio", "reads, without", "with", "ratio", "both, ratio"])
        {
            table.AddColumn(new TableColumn(column).RightAligned());
        }

        List<double> ratios = [];
        for (int pair = 0; pair < Pairs; pair++)
        {
            DemoPlan roomy = plan with
            {
                Seed = plan.Seed + pair,
                Seconds = Seconds,
                LimitBytes = Enough,
                NodeBytes = 2 * Enough,
                WaveBytes = 0,
            };
            Mode[] order = pair % 2 == 0 ? [Mode.Naive, Mode.Headroom] : [Mode.Headroom, Mode.Naive];
            IReadOnlyList<RunResult> runs = await RunSet.RunAsync(roomy, order, cancellationToken);
            RunResult without = runs.Single(run => run.Mode == Mode.Naive);
            RunResult with = runs.Single(run => run.Mode == Mode.Headroom);
            double commitsWithout = Rate(without, sample => sample.Commits);
            double commitsWith = Rate(with, sample => sample.Commits);
            double readsWithout = Rate(without, sample => sample.Reads);
            double readsWith = Rate(with, sample => sample.Reads);
            double commits = commitsWith / commitsWithout;
            double reads = readsWith / readsWithout;
            ratios.Add(Math.Sqrt(commits * reads));
            table.AddRow(
                $"{pair + 1}",
                Texts.Number(commitsWithout, 0),
                Texts.Number(commitsWith, 0),
                Texts.Number(commits, 2),
                Texts.Number(readsWithout, 0),
                Texts.Number(readsWith, 0),
                Texts.Number(reads, 2),
                Texts.Number(ratios[^1], 2));
        }

        ratios.Sort();
        double median = (ratios[(Pairs - 1) / 2] + ratios[Pairs / 2]) / 2;
        AnsiConsole.Write(table);
        Console.WriteLine(
            $"throughput with Headroom over without: {Texts.Number(median, 3)} (median of {Pairs}; at least {Least})");
        return median >= Least ? 0 : 1;
    }

    private static double Rate(RunResult run, Func<Sample, long> count)
    {
        Sample[] half = [.. run.Samples.Where(sample => sample.At >= run.Seconds / 2)];
        return (count(half[^1]) - count(half[0])) / (half[^1].At - half[0].At);
    }
}
