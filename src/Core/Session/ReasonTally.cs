using System.Collections.Concurrent;

namespace Headroom;

/// <summary>
/// What one subsystem of a session used must-succeed for, as totals by reason. Only what was taken from credit is
/// reported: leases granted one by one are counted where they were granted, until the session opens anew.
/// </summary>
internal sealed class ReasonTally(string subsystem)
{
    /// <summary>Most reasons of one subsystem; more are counted together.</summary>
    internal const int MaxReasons = 16;

    /// <summary>Longest reason that is told apart: what the authority keeps.</summary>
    internal const int MaxLength = 64;

    /// <summary>The reason of all that have no row of their own.</summary>
    internal const string Other = "other";

    private readonly ConcurrentDictionary<string, Row> _rows = new(StringComparer.Ordinal);

    /// <summary>The row of a reason; the same one for the same reason.</summary>
    internal Row Of(string reason)
    {
        if (_rows.TryGetValue(reason, out Row? row))
        {
            return row;
        }

        string known = reason.Length > MaxLength || _rows.Count >= MaxReasons - 1 ? Other : reason;
        return _rows.GetOrAdd(known, static _ => new Row());
    }

    /// <summary>Adds what there is to say.</summary>
    internal void Report(List<ReasonReport> reports)
    {
        foreach ((string reason, Row row) in _rows)
        {
            (long requests, long bytes) = row.Read();
            if (requests > 0 || bytes > 0)
            {
                reports.Add(new ReasonReport(subsystem, reason, requests, bytes));
            }
        }
    }

    /// <summary>
    /// A session begins: its totals do, too, and leases granted one by one are from now on like others.
    /// </summary>
    internal void Fold()
    {
        foreach (Row row in _rows.Values)
        {
            row.Fold();
        }
    }

    /// <summary>One reason's totals. What comes from credit changes without a lock.</summary>
    internal sealed class Row
    {
        private long _requests;
        private long _bytes;

        /// <summary>Bytes granted one by one in this opening. Only under the session's lock.</summary>
        internal long NamedBytes { get; set; }

        internal void Took(long bytes)
        {
            Interlocked.Increment(ref _requests);
            Interlocked.Add(ref _bytes, bytes);
        }

        internal void GaveBack(long bytes) => Interlocked.Add(ref _bytes, -bytes);

        internal (long Requests, long Bytes) Read() =>
            (Volatile.Read(ref _requests), Math.Max(0, Volatile.Read(ref _bytes)));

        internal void Fold()
        {
            Volatile.Write(ref _requests, 0);
            Interlocked.Add(ref _bytes, NamedBytes);
            NamedBytes = 0;
        }
    }
}
