using Headroom.Samples.Demo.Runs;
using Spectre.Console;

namespace Headroom.Samples.Demo.Reports;

/// <summary>What many runs with different seeds had in all, and between which bounds.</summary>
internal static class SumTable
{
    private static readonly IReadOnlyList<(string Name, Func<RunResult, double> Value, bool Sums)> Rows =
    [
        ("killed or dead for want of memory", run => run.Killed + run.DiedOfException, true),
        ("ended badly otherwise", run => run.DiedOtherwise, true),
        ("commits failed", run => run.CommitsFailed, true),
        ("commits lost after recovery", run => run.CommitsLost, true),
        ("close failures", run => run.CloseFailures, true),
        ("reader errors at the safe place", run => run.ReaderErrors, true),
        ("commit latency p99, ms", run => run.CommitP99Milliseconds, false),
        ("commits a second", run => run.CommitsPerSecond, false),
        ("values read a second", run => run.ReadsPerSecond, false),
        ("cache hit rate, %", run => run.CacheHitRate * 100, false),
        ("claims broken", run => run.Mode == Mode.Headroom ? Claims.Broken(run).Count : double.NaN, true),
    ];

    /// <summary>The table.</summary>
    internal static Table Of(IReadOnlyList<RunResult> runs, IReadOnlyList<Mode> modes)
    {
        Table table = new Table().Title($"{runs.Count / modes.Count} seeds: sum, or least, median and most")
            .AddColumn("");
        foreach (Mode mode in modes)
        {
            table.AddColumn(new TableColumn($"{mode}".ToLowerInvariant()).RightAligned());
        }

        foreach ((string name, Func<RunResult, double> value, bool sums) in Rows)
        {
            table.AddRow([name, .. modes.Select(mode =>
            {
                double[] values = [.. runs.Where(run => run.Mode == mode).Select(value).Order()];
                return double.IsNaN(values[0]) ? ""
                    : sums ? Texts.Number(values.Sum(), 0)
                    : $"{Texts.Number(values[0], 1)}, {Texts.Number(values[values.Length / 2], 1)}, "
                        + $"{Texts.Number(values[^1], 1)}";
            })]);
        }

        return table;
    }
}
