namespace Headroom;

/// <summary>
/// What must-succeed was used for, by subsystem and reason. Bounded: reasons beyond the bound are counted together, so
/// that a caller who makes them up cannot fill the memory.
/// </summary>
internal sealed class Reasons
{
    /// <summary>Most rows; more are counted under <see cref="Other"/>.</summary>
    public const int MaxRows = 256;

    /// <summary>Longest reason, in characters.</summary>
    public const int MaxLength = 64;

    /// <summary>The reason of all that have no row of their own.</summary>
    public const string Other = "other";

    private readonly SortedDictionary<(string Subsystem, string Reason), Row> _rows = new(ByName.Instance);

    /// <summary>All rows, those with most outstanding bytes first.</summary>
    public IReadOnlyList<ReasonUse> Rows =>
    [
        .. _rows
            .Select(pair => new ReasonUse(
                pair.Key.Subsystem, pair.Key.Reason, pair.Value.Granted, pair.Value.Waiting, pair.Value.Bytes))
            .OrderByDescending(row => row.OutstandingBytes),
    ];

    public void Wait(string subsystem, string reason, int requests) => Find(subsystem, reason).Waiting += requests;

    public void Grant(string subsystem, string reason, long requests, long bytes)
    {
        Row row = Find(subsystem, reason);
        row.Granted += requests;
        row.Bytes += bytes;
    }

    public void Release(string subsystem, string reason, long bytes) => Find(subsystem, reason).Bytes -= bytes;

    // The same name always finds the same row: rows are never removed, so what was counted in one is taken from it.
    private Row Find(string subsystem, string reason)
    {
        (string, string) key = (subsystem, reason);
        if (_rows.TryGetValue(key, out Row? row))
        {
            return row;
        }

        if (_rows.Count >= MaxRows - 1 || reason.Length > MaxLength)
        {
            key = (string.Empty, Other);
            if (_rows.TryGetValue(key, out row))
            {
                return row;
            }
        }

        row = new Row();
        _rows.Add(key, row);
        return row;
    }

    private sealed class Row
    {
        public long Granted { get; set; }

        public int Waiting { get; set; }

        public long Bytes { get; set; }
    }

    private sealed class ByName : IComparer<(string Subsystem, string Reason)>
    {
        public static readonly ByName Instance = new();

        public int Compare((string Subsystem, string Reason) x, (string Subsystem, string Reason) y)
        {
            int order = string.CompareOrdinal(x.Subsystem, y.Subsystem);
            return order != 0 ? order : string.CompareOrdinal(x.Reason, y.Reason);
        }
    }
}
