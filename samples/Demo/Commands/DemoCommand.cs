using System.CommandLine;
using Headroom.Samples.Demo.Limits;
using Headroom.Samples.Demo.Runs;
using Spectre.Console;

namespace Headroom.Samples.Demo.Commands;

/// <summary>The command line.</summary>
internal static class DemoCommand
{
    private const int DefaultSeconds = 30;

    internal static RootCommand Create()
    {
        Option<Variant> variant = new("--variant")
        {
            Description = "What happens beside the work: one, three, brim, pressure or failover.",
        };
        Option<PlainCache> plainCache = new("--plain-cache")
        {
            Description = "What the plain run caches with: own, the store's own cache, or memory, a MemoryCache.",
        };
        Option<LimitKind?> limit = new("--limit")
        {
            Description = "What makes the limit real: cgroup, or heap; a cgroup where one can be made by default.",
        };
        Option<int> seed = Number("--seed", 1, "Where chance starts.");
        Option<int> seconds = Number("--seconds", DefaultSeconds, "How long each run works.");
        Option<int> runs = Number("--runs", 1, "Repeat with so many seeds and sum up.");
        Option<bool> plenty = new("--plenty") { Description = "What Headroom costs when memory is plentiful." };
        Option<Mode[]> modes = new("--modes")
        {
            Description =
                "Which runs: naive, plain, headroom; all three by default. With --plenty, the last beside naive.",
            DefaultValueFactory = _ => [Mode.Naive, Mode.Plain, Mode.Headroom],
            AllowMultipleArgumentsPerToken = true,
        };
        Option<string> output = new("--out")
        {
            Description = "The folder for the report as JSON and as an HTML page.",
            DefaultValueFactory = _ => Path.Combine(Path.GetTempPath(), "headroom-demo"),
        };
        RootCommand root = new("The same work under the same memory limit: naive, plain, and with Headroom.")
        {
            variant, limit, plainCache, seed, seconds, runs, plenty, modes, output,
        };
        foreach (Command child in ChildCommands.Create())
        {
            root.Add(child);
        }

        root.SetAction(async (line, cancellationToken) =>
        {
            DemoPlan plan = new()
            {
                Variant = line.GetValue(variant),
                Limit = line.GetValue(limit),
                PlainCache = line.GetValue(plainCache),
                Seed = line.GetValue(seed),
                Seconds = line.GetValue(seconds),
            };
            try
            {
                return line.GetValue(plenty)
                    ? await Plenty.RunAsync(plan, line.GetRequiredValue(modes)[^1], cancellationToken)
                    : await Demo.RunAsync(
                        plan,
                        line.GetValue(runs),
                        line.GetRequiredValue(modes),
                        line.GetRequiredValue(output),
                        cancellationToken);
            }
            catch (Exception failed) when (failed is InvalidOperationException or IOException)
            {
                AnsiConsole.WriteException(failed, ExceptionFormats.ShortenEverything);
                return 1;
            }
        });
        return root;
    }

    private static Option<int> Number(string name, int value, string description)
    {
        Option<int> option = new(name) { DefaultValueFactory = _ => value, Description = description };
        option.Validators.Add(result =>
        {
            if (result.GetValue(option) < 1)
            {
                result.AddError($"{name} is less than 1.");
            }
        });
        return option;
    }
}
