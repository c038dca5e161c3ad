using Headroom.Samples.Demo.Board;
using Headroom.Samples.Demo.Commands;
using Headroom.Samples.Demo.Limits;
using Headroom.Samples.Demo.Work;
using Headroom.Samples.Journal.Engine;
using Headroom.Samples.Journal.Memory;
using Headroom.Samples.Journal.Workload;

namespace Headroom.Samples.Demo.Runs;

/// <summary>One run: the limit, the processes in it, the silo beside it, and what was seen.</summary>
internal sealed class DemoRun(DemoPlan plan, Mode mode, string folder, TimeProvider timeProvider)
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan AuditPatience = TimeSpan.FromSeconds(30);
    private readonly List<Mark> _marks = [];
    private readonly List<Sample> _samples = [];
    private readonly Lock _gate = new();

    /// <summary>Runs it.</summary>
    /// <param name="progress">Is told the share of the run that is over, 0 to 1.</param>
    /// <param name="cancellationToken">Ends it; nothing is left behind.</param>
    /// <exception cref="InvalidOperationException">The variant is none for this limit.</exception>
    internal async Task<RunResult> RunAsync(Action<double> progress, CancellationToken cancellationToken)
    {
        using IMemoryLimit limit = MemoryLimits.Make(plan.Limit, plan.LimitBytes, plan.NodeBytes);
        if (plan.Variant == Variant.Brim && limit.Kind == LimitKind.Heap)
        {
            // The silo cannot read the heap's limit, so what must succeed would go past it.
            throw new InvalidOperationException("The variant brim needs a memory cgroup: its hard limit can be read.");
        }

        await using Authority? authority = mode == Mode.Headroom
            ? await Authority.StartAsync(plan, limit, cancellationToken)
            : null;
        long stalledBefore = limit.StalledMicroseconds ?? 0;
        RunClock clock = new(timeProvider, plan.Seconds);
        ChildPlan child = ChildPlan.Of(plan, mode, folder, limit, authority);
        using Scoreboard store = Scoreboard.Open(child.StoreBoard);
        using Scoreboard neighbour = Scoreboard.Open(child.NeighbourBoard);
        List<Scoreboard> boards = plan.WaveBytes > 0 ? [store, neighbour] : [store];
        List<Supervised> processes = limit.Kind == LimitKind.Heap
            ? [new Supervised(ChildCommands.Both, limit, child, boards, clock, Add)]
            : [new Supervised(ChildCommands.Store, limit, child, [store], clock, Add)];
        if (limit.Kind != LimitKind.Heap && plan.WaveBytes > 0)
        {
            processes.Add(new Supervised(ChildCommands.Neighbour, limit, child, [neighbour], clock, Add));
        }

        List<Task> parts = [.. processes.Select(process => process.RunAsync(cancellationToken))];
        clock.Start(await StartSignal.GiveAsync(boards, Task.WhenAny(parts), timeProvider, cancellationToken));
        if (authority is not null)
        {
            parts.Add(new Trouble(plan, authority, clock, Add).RunAsync(cancellationToken));
        }

        Task all = Task.WhenAll(parts);
        await WatchAsync(limit, store, neighbour, clock, stalledBefore, all, progress, cancellationToken);
        await all;
        await VerifyAsync(store, cancellationToken);
        IReadOnlyList<string> violations = authority is null
            ? []
            : await AuditAsync(authority, cancellationToken);
        return new RunScore(plan, mode, limit, store, _samples, _marks)
            .Result(processes, violations);
    }

    private void Add(Mark mark)
    {
        lock (_gate)
        {
            _marks.Add(mark);
        }
    }

    private async Task WatchAsync(
        IMemoryLimit limit,
        Scoreboard store,
        Scoreboard neighbour,
        RunClock clock,
        long stalledBefore,
        Task all,
        Action<double> progress,
        CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(Tick, timeProvider);
        while (!all.IsCompleted && await timer.WaitForNextTickAsync(cancellationToken))
        {
            GroupUsage usage = limit.Read(store);
            double at = clock.Seconds;
            if (at >= 0 && at <= plan.Seconds)
            {
                long stalled = (limit.StalledMicroseconds ?? stalledBefore) - stalledBefore;
                _samples.Add(Look(at, usage, store, neighbour, stalled));
            }

            progress(Math.Clamp(at / plan.Seconds, 0, 1));
        }
    }

    private static Sample Look(
        double at, GroupUsage usage, Scoreboard store, Scoreboard neighbour, long stalledMicroseconds)
    {
        long refused = 0;
        long held = 0;
        for (Urgency urgency = Urgency.Optional; urgency < Urgency.MustSucceed; urgency++)
        {
            refused += store[Scoreboard.Of(Slot.RefusedOptional, urgency)]
                + neighbour[Scoreboard.Of(Slot.RefusedOptional, urgency)];
            held += neighbour[Scoreboard.Of(Slot.HeldOptional, urgency)];
        }

        return new Sample(
            at,
            [.. Enum.GetValues<Urgency>().Select(urgency => store[Scoreboard.Of(Slot.HeldOptional, urgency)])],
            held,
            neighbour[Slot.Wanted],
            usage.AnonymousBytes,
            usage.UsageBytes,
            store[Slot.Lent],
            store[Slot.Commits],
            store[Slot.Reads],
            refused,
            store[Slot.Reclaimed] + neighbour[Slot.Reclaimed],
            TimeSpan.FromMicroseconds(stalledMicroseconds).TotalSeconds);
    }

    // By this process, which no limit holds: the last word on what is there.
    private async Task VerifyAsync(Scoreboard board, CancellationToken cancellationToken)
    {
        try
        {
            JournalOptions options = StoreWork.Options() with { MaxCacheBytes = 0 };
            await using JournalStore mixed = await JournalStore.OpenAsync(
                StoreWork.MixedPath(folder), JournalMemory.Unlimited(), options, cancellationToken);
            await using JournalStore numbered = await JournalStore.OpenAsync(
                StoreWork.NumberedPath(folder), JournalMemory.Unlimited(), options, cancellationToken);
            NumberedWork numbers = new(numbered, StoreWork.Numbered, plan.Seed);
            await StoreWork.CheckAsync(mixed, numbers, board, cancellationToken);
            using Snapshot snapshot = await mixed.SnapshotAsync("", cancellationToken);
            foreach (KeyValuePair<string, Location> entry in snapshot.Entries)
            {
                using ReadHandle handle = await mixed.OpenReadAsync(entry, cancellationToken);
                while (handle.TryRead(out _))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                }
            }
        }
        catch (JournalCorruptException damaged)
        {
            board.Add(Slot.Damaged, 1);
            Add(new Mark(plan.Seconds, "damaged", damaged.Message));
        }
    }

    // Sessions that have just closed are seen gone within a moment.
    private async Task<IReadOnlyList<string>> AuditAsync(Authority authority, CancellationToken cancellationToken)
    {
        long started = timeProvider.GetTimestamp();
        using PeriodicTimer timer = new(Tick, timeProvider);
        while (true)
        {
            IReadOnlyList<string> found = await authority.Home.AuditAsync(cancellationToken);
            if (found.Count == 0 || timeProvider.GetElapsedTime(started) > AuditPatience)
            {
                return found;
            }

            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }
}
