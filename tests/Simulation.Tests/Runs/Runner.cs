using System.Diagnostics;
using System.Globalization;
using Headroom.Simulation.Tests.World;
using Trace = Headroom.Simulation.Tests.Engine.Trace;

namespace Headroom.Simulation.Tests.Runs;

/// <summary>
/// The command line: <c>--seeds N [--from S] [--processes P]</c> runs many worlds, <c>--seed S [--cut C]</c> one with
/// its trace, <c>--mutations [--only ID] [--seeds N] [--starts K]</c> says how soon mutations are found.
/// </summary>
internal static class Runner
{
    private const int UsageError = 2;
    private const int Failure = 3;

    internal static async Task<int> RunAsync(string[] args)
    {
        try
        {
            return Text(args, "--seed") is { } seed
                ? Replay(Number(seed), PlanCut.Parse(Text(args, "--cut") ?? string.Empty))
                : args.Contains("--mutations")
                    ? MutationRun.Run(
                        Text(args, "--only"),
                        (int)Number(Text(args, "--seeds") ?? "1000"),
                        (int)Number(Text(args, "--starts") ?? "1"))
                    : args.Contains("--worker")
                        ? Worker.Run(Console.In, Console.Out)
                        : await ManyAsync(args);
        }
        catch (FormatException wrong)
        {
            Console.Error.WriteLine(wrong.Message);
            return UsageError;
        }
        catch (WorkerFailedException failed)
        {
            Console.Error.WriteLine(failed.Message);
            return Failure;
        }
    }

    internal static ulong Number(string text) => ulong.Parse(text, CultureInfo.InvariantCulture);

    private static async Task<int> ManyAsync(string[] args)
    {
        ulong seeds = Number(Text(args, "--seeds") ?? "1000");
        int processes = (int)Number(Text(args, "--processes") ?? $"{Environment.ProcessorCount}");
        if (processes == 0)
        {
            throw new FormatException("Worlds need at least one process.");
        }

        long began = Stopwatch.GetTimestamp();
        SeedRun run = await new ProcessRun(Number(Text(args, "--from") ?? "1"), seeds)
        {
            Broke = verdict => Console.WriteLine($"seed {verdict.Seed} at {verdict.At}: {verdict.Violation}"),
        }.RunAsync(processes);
        TimeSpan took = Stopwatch.GetElapsedTime(began);
        foreach ((string what, long times) in run.Tally.Counts)
        {
            Console.WriteLine($"{times,10} {what}");
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{run.Seeds} seeds, {run.Broken.Count} broken, {run.Steps} steps, {took.TotalSeconds:0.0} s: "
            + $"{took.TotalMilliseconds * processes / seeds:0.0} ms a seed on each of {processes} processes, "
            + $"{run.Processor.TotalMilliseconds / seeds:0.0} ms of processor, hash {run.Hash:x}"));
        if (run.Broken.MinBy(verdict => verdict.Seed) is { } first)
        {
            (PlanCut cut, _) = new Shrinker(PlanMaker.Make(first.Seed), World).Shrink(first);
            return Replay(first.Seed, cut);
        }

        return 0;
    }

    private static int Replay(ulong seed, PlanCut cut)
    {
        WorldPlan plan = cut.Apply(PlanMaker.Make(seed));
        var trace = new Trace(keeps: true);
        Verdict verdict = new SimWorld(plan, new SharedParts(), trace).Run();
        foreach (string line in plan.Describe().Concat(trace.Lines))
        {
            Console.WriteLine(line);
        }

        string left = cut == PlanCut.Nothing ? string.Empty : $" --cut \"{cut}\"";
        Console.WriteLine(
            $"{verdict.Violation ?? "Nothing broke."} At {verdict.At}, hash {verdict.Hash:x}: "
            + $"./test sim --seed {seed}{left}");
        return verdict.Violation is null ? 0 : 1;
    }

    private static Verdict World(WorldPlan plan) =>
        new SimWorld(plan, new SharedParts(), new Trace(keeps: false)).Run();

    private static string? Text(string[] args, string name)
    {
        int at = Array.IndexOf(args, name);
        return at >= 0 && at + 1 < args.Length ? args[at + 1] : null;
    }
}
