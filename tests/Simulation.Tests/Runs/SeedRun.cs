using Headroom.Simulation.Tests.Engine;
using Headroom.Simulation.Tests.World;

namespace Headroom.Simulation.Tests.Runs;

/// <summary>Worlds of many seeds, one thread for each processor; each world has one thread of its own.</summary>
internal sealed class SeedRun(ulong from, ulong seeds)
{
    private readonly Lock _lock = new();
    private readonly List<Verdict> _broken = [];
    private ulong _taken;

    /// <summary>What happened how often, in all of them.</summary>
    internal Tally Tally { get; } = new();

    internal long Steps { get; private set; }

    /// <summary>Of all worlds: the same for the same seeds, in whichever order.</summary>
    internal ulong Hash { get; private set; }

    /// <summary>Those that broke, by seed.</summary>
    internal IReadOnlyList<Verdict> Broken => [.. _broken.OrderBy(verdict => verdict.Seed)];

    /// <summary>Told of each that broke, when it did.</summary>
    internal Action<Verdict>? Broke { get; init; }

    internal void Run(int threads)
    {
        Thread[] running = [.. Enumerable.Range(0, threads).Select(_ => new Thread(Work))];
        Array.ForEach(running, thread => thread.Start());
        Array.ForEach(running, thread => thread.Join());
    }

    private void Work()
    {
        var shared = new SharedParts();
        while (Next() is { } seed)
        {
            Verdict verdict = new SimWorld(PlanMaker.Make(seed), shared, new Trace(keeps: false)).Run();
            lock (_lock)
            {
                Steps += verdict.Steps;
                Hash ^= verdict.Hash;
                Tally.Add(verdict.Tally);
                if (verdict.Violation is not null)
                {
                    _broken.Add(verdict);
                    Broke?.Invoke(verdict);
                }
            }
        }
    }

    private ulong? Next()
    {
        lock (_lock)
        {
            return _taken < seeds ? from + _taken++ : null;
        }
    }
}
