using System.Threading.RateLimiting;
using Headroom.Samples.Demo.Board;
using Headroom.Samples.Demo.Runs;
using Headroom.Samples.Journal.Cache;
using Headroom.Samples.Journal.Engine;
using Headroom.Samples.Journal.Memory;
using Headroom.Samples.Journal.Workload;

namespace Headroom.Samples.Demo.Work;

/// <summary>
/// The process of the store: recovers, checks that nothing is lost that was answered as durable, and works with all
/// four parts until the run ends. Beside the store of mixed work it has a small one of numbered transactions, whose
/// whole content can be checked.
/// </summary>
internal sealed class StoreWork(ChildPlan plan, Scoreboard board, TimeProvider timeProvider)
{
    /// <summary>How many writers of numbered transactions there are.</summary>
    internal const int Numbered = 2;

    private const long SegmentBytes = 16 << 20;
    private const int Committers = 4;
    private const int Writers = 2;
    private const int Readers = 3;
    private const int Scanners = 1;
    private const int Spills = 3;

    // A careful program's share of the limit for its cache, and for what big work may use at a time.
    private const int CacheShare = 3;
    private const int BigWorkShare = 8;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);
    private readonly MemoryTally _reasons = new();
    private CacheStatistics _seen;

    /// <summary>Why and how often this process was refused.</summary>
    internal IReadOnlyDictionary<RefusalKey, long> Refusals => _reasons.Refusals;

    /// <summary>How the stores are opened.</summary>
    internal static JournalOptions Options() => new() { SegmentBytes = SegmentBytes };

    /// <summary>Where the store of mixed work is.</summary>
    internal static string MixedPath(string folder) => Path.Combine(folder, "mixed");

    /// <summary>Where the store of numbered transactions is.</summary>
    internal static string NumberedPath(string folder) => Path.Combine(folder, "numbered");

    /// <summary>Checks what is there against what was answered as durable, and counts what is lost.</summary>
    /// <exception cref="JournalCorruptException">A store is damaged.</exception>
    internal static async Task CheckAsync(
        JournalStore mixed, NumberedWork numbers, Scoreboard board, CancellationToken cancellationToken)
    {
        IReadOnlyList<long> found = await numbers.CheckAsync(cancellationToken);
        for (int writer = 0; writer < found.Count; writer++)
        {
            Compare(board, Scoreboard.Number(writer), found[writer]);
        }

        Compare(board, Slot.Acknowledged, mixed.GetStatistics().Sequence);
        board.Add(Slot.Recoveries, 1);
    }

    /// <summary>Works until the run ends.</summary>
    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        await using HeadroomClient? client = await ClusterBudget.ConnectAsync(plan, cancellationToken);
        using ConcurrencyLimiter big = CarefulAdmission.Limiter(plan.LimitBytes / BigWorkShare);
        JournalMemory memory = Counted(plan.Mode switch
        {
            Mode.Headroom => JournalMemory.Of(client!),
            Mode.Plain => JournalMemory.Of(new CarefulAdmission(big, timeProvider)),
            _ => JournalMemory.Unlimited(),
        });
        JournalOptions options = Options();
        if (plan.Mode == Mode.Plain)
        {
            options = Bounded(options);
        }

        await using JournalStore mixed = await JournalStore.OpenAsync(
            MixedPath(plan.Folder), memory, options, cancellationToken);
        await using JournalStore numbered = await JournalStore.OpenAsync(
            NumberedPath(plan.Folder), memory, options, cancellationToken);
        NumberedWork numbers = new(numbered, Numbered, plan.Seed);
        await CheckAsync(mixed, numbers, board, cancellationToken);
        await WorkAsync(mixed, numbers, client, cancellationToken);
    }

    private async Task WorkAsync(
        JournalStore mixed, NumberedWork numbers, HeadroomClient? client, CancellationToken cancellationToken)
    {
        DateTimeOffset started = await StartSignal.WaitAsync(board, timeProvider, cancellationToken);
        TimeSpan left = started.AddSeconds(plan.Seconds) - timeProvider.GetUtcNow();
        if (left <= TimeSpan.Zero)
        {
            return;
        }

        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        over.CancelAfter(left);
        WorkOptions work = new()
        {
            Duration = left,
            Seed = unchecked(plan.Seed + (int)board[Slot.Recoveries]),
            Readers = Readers,
            Scanners = Scanners,
            Writers = Writers,
            Committers = Committers,
            Keys = plan.Keys,
            MaxValueBytes = plan.MaxValueBytes,
        };
        List<Task> parts =
        [
            new MixedWork(mixed, work, timeProvider, Observe).RunAsync(over.Token),
            numbers.RunAsync((writer, number) => board[Scoreboard.Number(writer)] = number, over.Token),
            WatchCacheAsync(mixed, over.Token),
        ];
        using Spill spill = new(client?.Subsystem("spill"), plan, board, timeProvider);
        if (plan.SpillBytes > 0)
        {
            parts.AddRange(Enumerable.Range(0, Spills).Select(at => spill.RunAsync(at, started, over.Token)));
        }

        // One part that fails ends the process: a supervisor starts it anew.
        await foreach (Task part in Task.WhenEach(parts))
        {
            await part;
        }
    }

    private JournalOptions Bounded(JournalOptions options)
    {
        long bytes = plan.LimitBytes / CacheShare;
        return plan.PlainCache == PlainCache.Own
            ? options with { MaxCacheBytes = bytes }
            : options with { Cache = admission => new BoundedCache(admission, bytes, options.ReadAheadBlocks) };
    }

    private JournalMemory Counted(JournalMemory memory)
        => new()
        {
            Cache = new BoardAdmission("page-cache", memory.Cache, board, _reasons),
            Opening = new BoardAdmission("opening", memory.Opening, board, _reasons),
            Writers = new BoardAdmission("writers", memory.Writers, board, _reasons),
            Commits = new BoardAdmission("journal", memory.Commits, board, _reasons),
        };

    private void Observe(WorkEvent what, long amount)
    {
        switch (what)
        {
            case WorkEvent.Committed:
                board.Add(Slot.Commits, 1);
                board.AddLatency(TimeSpan.FromTicks(amount));
                board.Raise(Slot.LongestCommit, amount);
                break;
            case WorkEvent.Durable:
                board.Raise(Slot.Acknowledged, amount);
                break;
            case WorkEvent.Read:
                board.Add(Slot.Reads, 1);
                board.Add(Slot.BytesRead, amount);
                break;
            case WorkEvent.Damaged:
                board.Add(Slot.Damaged, 1);
                break;
            default:
                board.Add(SlotOf(what), amount);
                break;
        }
    }

    private static Slot SlotOf(WorkEvent what) => what switch
    {
        WorkEvent.CommitBegun => Slot.CommitsBegun,
        WorkEvent.CommitFailed => Slot.CommitsFailed,
        WorkEvent.TransactionRefused => Slot.TransactionsRefused,
        WorkEvent.CloseBegun => Slot.ClosesBegun,
        WorkEvent.Closed => Slot.Closes,
        WorkEvent.CloseFailed => Slot.ClosesFailed,
        WorkEvent.WriterRefused => Slot.WritersRefused,
        WorkEvent.ReaderRefused => Slot.ReadersRefused,
        _ => throw new ArgumentOutOfRangeException(nameof(what), what, "has no slot of its own"),
    };

    private async Task WatchCacheAsync(JournalStore store, CancellationToken over)
    {
        using PeriodicTimer timer = new(Tick, timeProvider);
        try
        {
            while (await timer.WaitForNextTickAsync(over))
            {
                CountCache(store);

                // The first is what was seen at the last collection; more may have been allocated since.
                board[Slot.Committed] = Math.Max(
                    GC.GetGCMemoryInfo(GCKind.Any).TotalCommittedBytes, GC.GetTotalMemory(forceFullCollection: false));
            }
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            CountCache(store);
        }
    }

    private void CountCache(JournalStore store)
    {
        CacheStatistics now = store.GetStatistics().Cache;
        board.Add(Slot.CacheHits, now.Hits - _seen.Hits);
        board.Add(Slot.CacheMisses, now.Misses - _seen.Misses);
        _seen = now;
    }

    private static void Compare(Scoreboard board, Slot acknowledged, long found)
    {
        board.Add(Slot.Lost, Math.Max(0, board[acknowledged] - found));

        // What was durable and not answered yet when its process was killed is there, too; from here on it counts.
        board[acknowledged] = found;
    }
}
