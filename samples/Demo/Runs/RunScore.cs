using System.Text.Json;
using Headroom.Samples.Demo.Board;
using Headroom.Samples.Demo.Commands;
using Headroom.Samples.Demo.Limits;
using Headroom.Samples.Demo.Reports;

namespace Headroom.Samples.Demo.Runs;

/// <summary>Adds up what was seen of a run.</summary>
internal sealed class RunScore(
    DemoPlan plan,
    Mode mode,
    IMemoryLimit limit,
    Scoreboard store,
    IReadOnlyList<Sample> samples,
    IReadOnlyList<Mark> marks)
{
    /// <summary>The result.</summary>
    internal RunResult Result(IReadOnlyList<Supervised> processes, IReadOnlyList<string> violations)
        => new()
        {
            Mode = mode,
            Difference = Texts.Difference(mode, plan.PlainCache),
            Variant = plan.Variant,
            Seed = plan.Seed,
            Seconds = plan.Seconds,
            LimitKind = limit.Kind,
            LimitName = limit.Name,
            Measured = limit.Measured,
            LimitBytes = plan.LimitBytes,
            Killed = processes.Sum(process => process.Killed),
            DiedOfException = processes.Sum(process => process.DiedOfException),
            DiedOtherwise = processes.Sum(process => process.DiedOtherwise),
            StoreDownSeconds = processes[0].DownSeconds,
            CommitsAttempted = store[Slot.CommitsBegun],
            CommitsFailed = store[Slot.CommitsBegun] - store[Slot.Commits],
            CommitsLost = store[Slot.Lost],
            Recoveries = store[Slot.Recoveries],
            Damaged = store[Slot.Damaged],
            CommitP50Milliseconds = store.Latency(50).TotalMilliseconds,
            CommitP99Milliseconds = store.Latency(99).TotalMilliseconds,
            CommitLongestMilliseconds = TimeSpan.FromTicks(store[Slot.LongestCommit]).TotalMilliseconds,
            CommitsPerSecond = (double)store[Slot.Commits] / plan.Seconds,
            Closes = store[Slot.ClosesBegun],
            CloseFailures = store[Slot.ClosesBegun] - store[Slot.Closes],
            ReaderErrors = store[Slot.ReadersRefused],
            SafeErrors = store[Slot.ReadersRefused] + store[Slot.WritersRefused] + store[Slot.TransactionsRefused],
            CacheHitRate = (double)store[Slot.CacheHits]
                / Math.Max(1, store[Slot.CacheHits] + store[Slot.CacheMisses]),
            CacheSwing = Swing([.. samples.Select(sample => sample.Held[(int)Urgency.Optional])]),
            ReadsPerSecond = (double)store[Slot.Reads] / plan.Seconds,
            BytesReadPerSecond = (double)store[Slot.BytesRead] / plan.Seconds,
            NeighbourServed = Served(),
            PeakAnonymousBytes = samples.Count == 0 ? 0 : samples.Max(sample => sample.Anonymous),
            PeakBytes = limit.PeakBytes,
            StalledSeconds = limit.StalledMicroseconds is null ? null : samples[^1].StalledSeconds,
            PeakLentBytes = samples.Count == 0 ? 0 : samples.Max(sample => sample.Lent),
            LentCheckedBytes = store[Slot.LentChecked],
            ReclaimedBytes = samples.Count == 0 ? 0 : samples[^1].Reclaimed,
            Refusals = Refusals(processes.SelectMany(process => process.Lines)),
            Violations = violations,
            Marks = [.. marks.OrderBy(mark => mark.At)],
            Samples = samples,
        };

    /// <summary>
    /// The deepest fall that was followed by growth: what was held before it, at its bottom, and the most after it.
    /// </summary>
    internal static long[] Swing(IReadOnlyList<long> held)
    {
        long[] best = [0, 0, 0];
        long before = 0;
        for (int at = 0; at < held.Count; at++)
        {
            before = Math.Max(before, held[at]);
            long after = 0;
            for (int later = at; later < held.Count; later++)
            {
                after = Math.Max(after, held[later]);
            }

            if (Math.Min(before, after) - held[at] > Math.Min(best[0], best[2]) - best[1])
            {
                best = [before, held[at], after];
            }
        }

        return best;
    }

    private double Served()
    {
        double wanted = samples.Sum(sample => (double)sample.Wanted);
        return wanted == 0 ? 1 : samples.Sum(sample => (double)Math.Min(sample.Neighbour, sample.Wanted)) / wanted;
    }

    private static List<Refusal> Refusals(IEnumerable<string> lines)
        => [.. lines
            .Where(line => line.StartsWith(ChildCommands.RefusalMark, StringComparison.Ordinal))
            .Select(line => JsonSerializer.Deserialize<Refusal>(line[ChildCommands.RefusalMark.Length..])!)
            .GroupBy(refusal => refusal with { Times = 0 })
            .Select(same => same.Key with { Times = same.Sum(refusal => refusal.Times) })
            .OrderByDescending(refusal => refusal.Times)];
}
