using Spectre.Console;

namespace Headroom.Samples.Demo.Runs;

/// <summary>Runs one after the other from the same prepared store, with a progress bar.</summary>
internal static class RunSet
{
    /// <summary>Runs each mode once.</summary>
    internal static async Task<IReadOnlyList<RunResult>> RunAsync(
        DemoPlan plan, IReadOnlyList<Mode> modes, CancellationToken cancellationToken)
    {
        string root = Directory.CreateTempSubdirectory("headroom-demo-").FullName;
        try
        {
            string prepared = Path.Combine(root, "prepared");
            await Preparation.FillAsync(plan, prepared, cancellationToken);
            List<RunResult> results = [];
            await AnsiConsole.Progress().StartAsync(async bars =>
            {
                List<ProgressTask> tasks =
                    [.. modes.Select(mode => bars.AddTask($"{mode}".ToLowerInvariant(), false, 1))];
                for (int at = 0; at < modes.Count; at++)
                {
                    string folder = Path.Combine(root, $"{at}");
                    Preparation.Copy(prepared, folder);
                    ProgressTask bar = tasks[at];
                    bar.StartTask();
                    results.Add(await new DemoRun(plan, modes[at], folder, TimeProvider.System)
                        .RunAsync(done => bar.Value = done, cancellationToken));
                    bar.Value = 1;
                    bar.StopTask();
                    Directory.Delete(folder, recursive: true);
                }
            });
            return results;
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }
}
