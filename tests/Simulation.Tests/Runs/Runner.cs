using System.Diagnostics;
using System.Globalization;
using Headroom.Simulation.Tests.World;
using Trace = Headroom.Simulation.Tests.Engine.Trace;

namespace Headroom.Simulation.Tests.Runs;

/// <summary>
/// The command line: <c>--seeds N [--from S] [--threads T]</c> runs many worlds, <c>--seed S [--cut C]</c> one with its
/// trace, <c>--mutations [--only ID] [--seeds N] [--starts K]</c> says how soon mutations are found.
/// </summary>
internal static class Runner
{
    private const int UsageError = 2;

    internal static int Run(string[] args)
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
                    : Many(args);
        }
        catch (FormatException wrong)
        {
            Console.Error.WriteLine(wrong.Message);
            return UsageError;
        }
    }

    internal static ulong Number(string text) => ulong.Parse(text, CultureInfo.InvariantCulture);

    private static int Many(string[] args)
    {
        ulong seeds = Number(Text(args, "--seeds") ?? "1000");
        int threads = (int)Number(Text(args, "--threads") ?? $"{Environment.ProcessorCount}");
        long began = Stopwatch.GetTimestamp();
        var run = new SeedRun(Number(Text(args, "--from") ?? "1"), seeds)
        {
            Broke = verdict => Console.WriteLine($"seed {verdict.Seed} at {verdict.At}: {verdict.Violation}"),
        };
        run.Run(threads);
        TimeSpan took = Stopwatch.GetElapsedTime(began);
        double milliseconds = took.TotalMilliseconds * threads / seeds;
        double processor = Environment.CpuUsage.TotalTime.TotalMilliseconds / seeds;
        foreach ((string what, long times) in run.Tally.Counts)
        {
            Console.WriteLine($"{times,10} {what}");
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{seeds} seeds, {run.Broken.Count} broken, {run.Steps} steps, {took.TotalSeconds:0.0} s: "
            + $"{milliseconds:0.0} ms a seed on each of {threads} threads, {processor:0.0} ms of processor, "
            + $"hash {run.Hash:x}"));
        if (run.Broken is [Verdict first, ..])
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
