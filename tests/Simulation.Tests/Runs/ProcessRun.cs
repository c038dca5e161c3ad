using Headroom.Simulation.Tests.World;

namespace Headroom.Simulation.Tests.Runs;

/// <summary>
/// Worlds of many seeds, in processes of their own: threads of one process would stop each other whenever one of them
/// collects garbage or gathers credit, which needs a barrier that all processors take part in.
/// </summary>
internal sealed class ProcessRun(ulong from, ulong seeds)
{
    // Half a second: what the last one has to wait for, and what a world that broke may be told late.
    private const ulong MostAtOnce = 25;

    private readonly Lock _lock = new();
    private readonly SeedRun _all = new();
    private ulong _taken;
    private bool _hasFailed;

    /// <summary>Told of each world that broke.</summary>
    internal Action<Verdict>? Broke { get; init; }

    /// <summary>What starts a <see cref="Worker"/>.</summary>
    internal IReadOnlyList<string> Command { get; init; } =
        ["dotnet", typeof(ProcessRun).Assembly.Location, "sim", "--worker"];

    /// <exception cref="WorkerFailedException">Not all worlds ran, because of a process.</exception>
    internal async Task<SeedRun> RunAsync(int processes)
    {
        await Task.WhenAll(Enumerable.Range(0, processes).Select(_ => WorkAsync()));
        return _all;
    }

    private async Task WorkAsync()
    {
        try
        {
            using var worker = new WorkerProcess(Command);
            while (Next() is { Seeds: > 0 } next)
            {
                Add(await worker.RunAsync(next.From, next.Seeds));
            }

            await worker.EndAsync();
        }
        catch
        {
            _hasFailed = true;
            throw;
        }
    }

    // Nothing more once a process has failed.
    private (ulong From, ulong Seeds) Next()
    {
        lock (_lock)
        {
            ulong first = from + _taken;
            ulong next = _hasFailed ? 0 : Math.Min(MostAtOnce, seeds - _taken);
            _taken += next;
            return (first, next);
        }
    }

    private void Add(SeedRun run)
    {
        lock (_lock)
        {
            _all.Add(run);
            run.Broken.ForEach(verdict => Broke?.Invoke(verdict));
        }
    }
}
