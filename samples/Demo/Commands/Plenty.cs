using Headroom.Samples.Demo.Reports;
using Headroom.Samples.Demo.Runs;
using Spectre.Console;

namespace Headroom.Samples.Demo.Commands;

/// <summary>
/// What Headroom costs when there is more memory than anybody wants: the same work with and without it, in turns so
/// short that whatever else the machine does falls on both. Who has no turn stands still, the silo as well.
/// </summary>
internal static class Plenty
{
    private const double Least = 0.97;
    private const long Enough = 4L << 30;
    private const int Runs = 3;

    // In the first turns code is compiled, also again with what was learned of its use, and the cache fills. A turn
    // with its settling is shorter than any session or lease of the authority: none of them ends while its holder
    // stands still.
    private const int WarmTurns = 10;
    private const int CountedTurns = 14;
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(2);

    private static readonly string[] Columns =
    [
        "commits, without", "with", "reads, without", "with", "throughput, ratio", "CPU a unit, ratio",
        "of it the silo",
    ];

    /// <summary>Runs, and prints the ratios of each run, and their least, median and most.</summary>
    /// <param name="plan">Where chance starts, and what makes the limit real.</param>
    /// <param name="mode">
    /// Who decides in the one that is measured; <see cref="Mode.Naive"/> shows the error of the measurement itself.
    /// </param>
    /// <param name="cancellationToken">Ends it; nothing is left behind.</param>
    /// <returns>0 when the median of the throughput reaches <see cref="Least"/>, 1 when not.</returns>
    internal static async Task<int> RunAsync(DemoPlan plan, Mode mode, CancellationToken cancellationToken)
    {
        Table table = new Table().Title("memory is plentiful: work in a second of a turn").AddColumn("seed");
        foreach (string column in Columns)
        {
            table.AddColumn(new TableColumn(column).RightAligned());
        }

        List<double> throughputs = [];
        List<double> costs = [];
        for (int run = 0; run < Runs; run++)
        {
            DemoPlan roomy = plan with
            {
                Variant = Variant.One,
                Seed = plan.Seed + run,
                Seconds = 60 + (int)((WarmTurns + CountedTurns) * 2 * (Side.Settling + Time).TotalSeconds),
                LimitBytes = Enough,
                NodeBytes = 2 * Enough,
                WaveBytes = 0,
            };
            (Turn without, Turn with) = await AlternateAsync(roomy, mode, cancellationToken);
            throughputs.Add(with.Work / without.Work);
            costs.Add(with.Cost / without.Cost);
            table.AddRow(
                $"{roomy.Seed}",
                InASecond(without.Commits),
                InASecond(with.Commits),
                InASecond(without.Reads),
                InASecond(with.Reads),
                Texts.Number(throughputs[^1], 3),
                Texts.Number(costs[^1], 3),
                Texts.Number(with.SiloSeconds / (with.StoreSeconds + with.SiloSeconds), 3));
        }

        AnsiConsole.Write(table);
        double median = Tell($"throughput with {mode} over without", throughputs, $"; at least {Least}");
        Tell($"CPU for the same work, with {mode} over without", costs, "");
        return median >= Least ? 0 : 1;
    }

    private static async Task<(Turn Without, Turn With)> AlternateAsync(
        DemoPlan plan, Mode mode, CancellationToken cancellationToken)
    {
        string root = Directory.CreateTempSubdirectory("headroom-demo-").FullName;
        try
        {
            string[] folders = [Path.Combine(root, "without"), Path.Combine(root, "with")];
            await Preparation.FillAsync(plan, folders[0], cancellationToken);
            Preparation.Copy(folders[0], folders[1]);
            await using Side without = await Side.StartAsync(plan, Mode.Naive, folders[0], cancellationToken);
            without.Freeze();
            await using Side with = await Side.StartAsync(plan, mode, folders[1], cancellationToken);
            with.Freeze();
            return await AnsiConsole.Progress().StartAsync(
                bars => AlternateAsync(without, with, bars.AddTask($"seed {plan.Seed}"), cancellationToken));
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    // Each goes first as often as the other.
    private static async Task<(Turn Without, Turn With)> AlternateAsync(
        Side without, Side with, ProgressTask bar, CancellationToken cancellationToken)
    {
        Turn allWithout = default;
        Turn allWith = default;
        for (int turn = 0; turn < WarmTurns + CountedTurns; turn++)
        {
            Turn first = await (turn % 2 == 0 ? without : with).WorkAsync(Time, cancellationToken);
            Turn second = await (turn % 2 == 0 ? with : without).WorkAsync(Time, cancellationToken);
            if (turn >= WarmTurns)
            {
                allWithout += turn % 2 == 0 ? first : second;
                allWith += turn % 2 == 0 ? second : first;
            }

            bar.Value = 100.0 * (turn + 1) / (WarmTurns + CountedTurns);
        }

        return (allWithout, allWith);
    }

    private static string InASecond(double count) => Texts.Number(count / (CountedTurns * Time.TotalSeconds), 0);

    private static double Tell(string what, List<double> ratios, string wanted)
    {
        ratios.Sort();
        double median = ratios[Runs / 2];
        Console.WriteLine(
            $"{what}: {Texts.Number(median, 3)} (median of {Runs}, {Texts.Number(ratios[0], 3)} to "
            + $"{Texts.Number(ratios[^1], 3)}{wanted})");
        return median;
    }
}
