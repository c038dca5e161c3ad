using System.Diagnostics;
using System.Globalization;
using Headroom.Simulation.Tests.World;
using Trace = Headroom.Simulation.Tests.Engine.Trace;

namespace Headroom.Simulation.Tests.Runs;

/// <summary>Many worlds from the command line, or one with its trace.</summary>
internal static class Runner
{
    internal static int Run(string[] args)
    {
        ulong seeds = Number(args, "--seeds") ?? 1000;
        ulong from = Number(args, "--from") ?? 1;
        if (args.Contains("--mutations"))
        {
            int at = Array.IndexOf(args, "--only");
            return MutationRun.Run(at >= 0 ? args[at + 1] : null, Number(args, "--from") ?? 0, (int)seeds);
        }

        if (Number(args, "--seed") is { } seed)
        {
            return Replay(seed);
        }

        long watch = Stopwatch.GetTimestamp();
        var shared = new SharedParts();
        var tally = new Tally();
        long steps = 0;
        int bad = 0;
        for (ulong s = from; s < from + seeds; s++)
        {
            Verdict verdict = new SimWorld(PlanMaker.Make(s), shared, new Trace(false)).Run();
            steps += verdict.Steps;
            if (args.Contains("--hash")) Console.WriteLine($"{s} {verdict.Hash:x} {verdict.Steps}");
            if (verdict.Steps > 100_000) Console.WriteLine($"seed {s}: {verdict.Steps} steps");
            tally.Add(verdict.Tally);
            if (verdict.Violation is { } violation)
            {
                bad++;
                Console.WriteLine($"seed {s} at {verdict.At.TotalSeconds:0.000} s: {violation}");
            }
        }

        TimeSpan took = Stopwatch.GetElapsedTime(watch);
        foreach ((string what, long times) in tally.Counts)
        {
            Console.WriteLine($"{times,10} {what}");
        }

        Console.WriteLine(
            $"{seeds} seeds, {bad} bad, {steps} steps in {took.TotalSeconds:0.0} s: {took.TotalMilliseconds / seeds:0.00} ms a seed, {Environment.CpuUsage.TotalTime.TotalMilliseconds / seeds:0.00} ms of processor");
        return bad == 0 ? 0 : 1;
    }

    private static int Replay(ulong seed)
    {
        WorldPlan plan = PlanMaker.Make(seed);
        var trace = new Trace(true);
        Verdict verdict = new SimWorld(plan, new SharedParts(), trace).Run();
        foreach (string line in trace.Lines)
        {
            Console.WriteLine(line);
        }

        Console.WriteLine($"seed {seed}: {verdict.Violation ?? "nothing wrong"} at {verdict.At}, hash {verdict.Hash:x}");
        return verdict.Violation is null ? 0 : 1;
    }

    private static ulong? Number(string[] args, string name)
    {
        int at = Array.IndexOf(args, name);
        return at >= 0 && at + 1 < args.Length ? ulong.Parse(args[at + 1], CultureInfo.InvariantCulture) : null;
    }
}
