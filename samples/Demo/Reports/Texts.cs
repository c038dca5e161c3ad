using System.Globalization;
using Headroom.Samples.Demo.Runs;

namespace Headroom.Samples.Demo.Reports;

/// <summary>What tables and page say alike.</summary>
internal static class Texts
{
    private const string NotMeasured = "not measured";

    /// <summary>What is different in a run; everything else is the same.</summary>
    internal static string Difference(Mode mode, PlainCache cache) => mode switch
    {
        Mode.Naive => "each part allocates as it likes; the cache has no bound, the neighbour takes what it wants.",
        Mode.Plain => $"the {(cache == PlainCache.Own ? "cache" : "MemoryCache")} is bounded to a third of the limit, "
            + "big work goes through a ConcurrencyLimiter of an eighth, failures are tried again with growing pauses, "
            + "and the neighbour looks at the limit before each step and does not grow above 90 % of it.",
        _ => "every part and the neighbour ask Headroom before they allocate; the silo is outside of the limit.",
    };

    /// <summary>The rows of the table: a name, and its value for a run.</summary>
    internal static IReadOnlyList<(string Name, Func<RunResult, string> Value)> Rows { get; } =
    [
        ("killed by the OOM killer", run => $"{run.Killed}"),
        ("dead by OutOfMemoryException", run => $"{run.DiedOfException}"),
        ("ended badly otherwise", run => $"{run.DiedOtherwise}"),
        ("seconds without the store", run => Number(run.StoreDownSeconds, 1)),
        ("commits attempted", run => Number(run.CommitsAttempted, 0)),
        ("commits failed", run => $"{run.CommitsFailed}"),
        ("commits lost after recovery", run => $"{run.CommitsLost} ({run.Recoveries} checks)"),
        ("commit latency p50", run => $"{Number(run.CommitP50Milliseconds, 1)} ms"),
        ("commit latency p99", run => $"{Number(run.CommitP99Milliseconds, 1)} ms"),
        ("longest commit", run => $"{Number(run.CommitLongestMilliseconds, 0)} ms"),
        ("close failures", run => $"{run.CloseFailures} of {Number(run.Closes, 0)}"),
        ("reader errors at the safe place", run => Number(run.ReaderErrors, 0)),
        ("refused before a commit or close", run => Number(run.SafeErrors - run.ReaderErrors, 0)),
        ("cache hit rate", run => run.CacheHitRate.ToString("P1", CultureInfo.InvariantCulture)),
        ("cache: most, least after, most after", run => string.Join(", ", run.CacheSwing.Select(Mebibytes))),
        ("commits a second", run => Number(run.CommitsPerSecond, 0)),
        ("values read a second", run => Number(run.ReadsPerSecond, 0)),
        ("read a second", run => Mebibytes((long)run.BytesReadPerSecond)),
        ("neighbour had of what it wanted", run => run.NeighbourServed.ToString("P0", CultureInfo.InvariantCulture)),
        ("peak of what is measured, of the limit",
            run => $"{Mebibytes(run.PeakAnonymousBytes)} of {Mebibytes(run.LimitBytes)}"),
        ("peak with page cache", run => run.PeakBytes is { } peak ? Mebibytes(peak) : NotMeasured),
        ("stalled for memory (PSI some)",
            run => run.StalledSeconds is { } stalled ? $"{Number(stalled, 2)} s" : NotMeasured),
        ("given back when asked", run => Mebibytes(run.ReclaimedBytes)),
        ("most on other hosts", run => Mebibytes(run.PeakLentBytes)),
        ("damaged values", run => $"{run.Damaged}"),
    ];

    /// <summary>An amount in MiB.</summary>
    internal static string Mebibytes(long bytes) => $"{Number(bytes / (double)(1 << 20), 0)} MiB";

    /// <summary>A number for people.</summary>
    internal static string Number(double number, int digits)
        => number.ToString($"N{digits}", CultureInfo.InvariantCulture);
}
