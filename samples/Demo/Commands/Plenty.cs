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
    private const int Pairs = 6;

    // In the first part code is compiled, also again with what was learned of its use, and the cache fills.
    private const int Seconds = 36;
    private const int CountedSeconds = 12;

    private static readonly string[] Columns =
    [
        "commits, without", "with", "reads, without", "with", "throughput, ratio", "CPU a unit, ratio",
        "of it the silo",
    ];

    /// <summary>Runs pairs and prints the ratios of each, and their least, median and most.</summary>
    /// <returns>0 when the median of the throughput reaches <see cref="Least"/>, 1 when not.</returns>
    internal static async Task<int> RunAsync(DemoPlan plan, CancellationToken cancellationToken)
    {
        Table table = new Table().Title("memory is plentiful: work in a second").AddColumn("pair");
        foreach (string column in Columns)
        {
            table.AddColumn(new TableColumn(column).RightAligned());
        }

        List<double> throughputs = [];
        List<double> costs = [];
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
            Counted without = Counted.Of(runs.Single(run => run.Mode == Mode.Naive));
            Counted with = Counted.Of(runs.Single(run => run.Mode == Mode.Headroom));
            throughputs.Add(with.Work / without.Work);
            costs.Add(with.Cpu / with.Work / (without.Cpu / without.Work));
            table.AddRow(
                $"{pair + 1}",
                Texts.Number(without.Commits, 0),
                Texts.Number(with.Commits, 0),
                Texts.Number(without.Reads, 0),
                Texts.Number(with.Reads, 0),
                Texts.Number(throughputs[^1], 2),
                Texts.Number(costs[^1], 2),
                Texts.Number(with.SiloCpu / with.Cpu, 2));
        }

        AnsiConsole.Write(table);
        double median = Tell("throughput with Headroom over without", throughputs, $"; at least {Least}");
        Tell("CPU for the same work, with Headroom and its silo over without", costs, "");
        return median >= Least ? 0 : 1;
    }

    private static double Tell(string what, List<double> ratios, string wanted)
    {
        ratios.Sort();
        double median = (ratios[(Pairs - 1) / 2] + ratios[Pairs / 2]) / 2;
        Console.WriteLine(
            $"{what}: {Texts.Number(median, 3)} (median of {Pairs}, {Texts.Number(ratios[0], 2)} to "
            + $"{Texts.Number(ratios[^1], 2)}{wanted})");
        return median;
    }

    // In a second, over the last part of a run.
    private sealed record Counted(double Commits, double Reads, double Cpu, double SiloCpu)
    {
        // So many of both that neither counts for more.
        internal double Work => Math.Sqrt(Commits * Reads);

        internal static Counted Of(RunResult run)
        {
            Sample[] last = [.. run.Samples.Where(sample => sample.At >= run.Seconds - CountedSeconds)];
            double seconds = last[^1].At - last[0].At;
            double silo = last[^1].SiloCpuSeconds - last[0].SiloCpuSeconds;
            double work = last[^1].WorkCpuSeconds - last[0].WorkCpuSeconds;
            return new Counted(
                (last[^1].Commits - last[0].Commits) / seconds,
                (last[^1].Reads - last[0].Reads) / seconds,
                (work + silo) / seconds,
                silo / seconds);
        }
    }
}
