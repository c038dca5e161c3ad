using Headroom.Samples.Demo.Limits;
using Headroom.Samples.Demo.Reports;
using Headroom.Samples.Demo.Runs;
using Spectre.Console;

namespace Headroom.Samples.Demo.Commands;

/// <summary>Runs the modes, once or with many seeds, and reports.</summary>
internal static class Demo
{
    /// <summary>Runs and reports.</summary>
    /// <returns>0 when everything that is claimed of the runs with Headroom holds, 1 when not.</returns>
    internal static async Task<int> RunAsync(
        DemoPlan plan, int runs, IReadOnlyList<Mode> modes, string output, CancellationToken cancellationToken)
    {
        Introduce(plan, modes);
        List<RunResult> all = [];
        for (int run = 0; run < runs; run++)
        {
            DemoPlan seeded = plan with { Seed = plan.Seed + run };
            IReadOnlyList<RunResult> results = await RunSet.RunAsync(seeded, modes, cancellationToken);
            all.AddRange(results);
            AnsiConsole.Write(ResultTable.Of(results, $"{plan.Variant}, seed {seeded.Seed}"));
        }

        if (runs > 1)
        {
            AnsiConsole.Write(SumTable.Of(all, modes));
        }

        foreach (RunResult result in all.TakeLast(modes.Count).Where(result => result.Refusals.Count > 0))
        {
            AnsiConsole.Write(ResultTable.Refusals(result));
        }

        Directory.CreateDirectory(output);
        string name = $"demo-{plan.Variant}".ToLowerInvariant();
        string json = Path.Combine(output, $"{name}.json");
        string html = Path.Combine(output, $"{name}.html");
        await File.WriteAllTextAsync(json, JsonReport.Of(all), cancellationToken);
        await File.WriteAllTextAsync(html, HtmlReport.Of([.. all.TakeLast(modes.Count)]), cancellationToken);
        string svg = Path.Combine(output, $"{name}.svg");
        await File.WriteAllTextAsync(svg, Plot.Of([.. all.TakeLast(modes.Count)]), cancellationToken);
        Console.WriteLine($"report: {html}");
        Console.WriteLine($"        {json}");
        return Judge(all);
    }

    private static int Judge(IEnumerable<RunResult> all)
    {
        bool holds = true;
        foreach (RunResult result in all.Where(result => result.Mode == Mode.Headroom))
        {
            foreach (string broken in Claims.Broken(result))
            {
                holds = false;
                Console.WriteLine($"NOT HELD, seed {result.Seed}: {broken}");
            }

            foreach (Mark mark in result.Marks.Where(mark => mark.Kind is "killed" or "died" or "hung" or "damaged"))
            {
                Console.WriteLine($"  {mark.At:0.0} s: {mark.Text}");
            }
        }

        return holds ? 0 : 1;
    }

    private static void Introduce(DemoPlan plan, IReadOnlyList<Mode> modes)
    {
        using IMemoryLimit limit = MemoryLimits.Make(plan.Limit, plan.LimitBytes, plan.NodeBytes);
        AnsiConsole.WriteLine(
            $"A store and a noisy neighbour share {Texts.Mebibytes(plan.LimitBytes)} ({limit.Name}) for "
            + $"{plan.Seconds} s; the neighbour wants up to {Texts.Mebibytes(plan.WaveBytes)} in waves.");
        AnsiConsole.WriteLine($"  measured: {limit.Measured}");
        foreach (Mode mode in modes)
        {
            AnsiConsole.WriteLine($"  {mode}: {Texts.Difference(mode, plan.PlainCache)}");
        }
    }
}
