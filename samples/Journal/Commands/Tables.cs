using System.Globalization;
using Headroom.Samples.Journal.Engine;
using Headroom.Samples.Journal.Memory;
using Spectre.Console;

namespace Headroom.Samples.Journal.Commands;

/// <summary>What commands print at their end.</summary>
internal static class Tables
{
    internal static Table Facts(string title, params IEnumerable<(string Name, string Value)> facts)
    {
        Table table = new Table().Title(title).AddColumn("what").AddColumn(new TableColumn("value").RightAligned());
        foreach ((string name, string value) in facts)
        {
            table.AddRow(Markup.Escape(name), Markup.Escape(value));
        }

        return table;
    }

    internal static Table Store(StoreStatistics s)
        => Facts(
            "store",
            ("keys", Number(s.Keys)),
            ("last transaction", Number(s.Sequence)),
            ("files", ByteSize.Format(s.FileBytes)),
            ("of that live", ByteSize.Format(s.LiveBytes)),
            ("flushes", Number(s.Flushes)),
            ("compactions", $"{Number(s.Compactions)} ({Number(s.CompactionsRefused)} put off)"),
            ("compaction failure", s.CompactionFailure ?? "none"),
            ("replayed at opening", $"{Number(s.ReplayedTransactions)} transactions"),
            ("torn tail cut at opening", ByteSize.Format(s.CutBytes)),
            ("cache hit rate", s.Cache.HitRate.ToString("P1", CultureInfo.InvariantCulture)),
            ("cache now, peak", $"{ByteSize.Format(s.Cache.Bytes)}, {ByteSize.Format(s.Cache.PeakBytes)}"),
            ("read ahead", Number(s.Cache.ReadAhead)),
            ("evicted, bypassed", $"{Number(s.Cache.Evicted)}, {Number(s.Cache.Bypassed)}"));

    internal static Table Leases(MemoryTally tally)
    {
        Table table = new Table().Title("memory by urgency").AddColumn("urgency");
        foreach (string column in (string[])["leases", "leased now", "peak", "refusals"])
        {
            table.AddColumn(new TableColumn(column).RightAligned());
        }

        foreach (Urgency urgency in Enum.GetValues<Urgency>())
        {
            long refusals = tally.Refusals.Sum(refusal => refusal.Key.Urgency == urgency ? refusal.Value : 0);
            table.AddRow(
                urgency.ToString(),
                Number(tally.Grants(urgency)),
                ByteSize.Format(tally.LeasedBytes(urgency)),
                ByteSize.Format(tally.PeakBytes(urgency)),
                Number(refusals));
        }

        return table;
    }

    internal static Table Refusals(MemoryTally tally)
    {
        Table table = new Table().Title("refusals").AddColumn("part").AddColumn("urgency").AddColumn("reason")
            .AddColumn("refused by").AddColumn("last rung").AddColumn(new TableColumn("times").RightAligned());
        IEnumerable<KeyValuePair<RefusalKey, long>> ordered =
            tally.Refusals.OrderBy(refusal => refusal.Key.Urgency).ThenByDescending(refusal => refusal.Value);
        foreach ((RefusalKey key, long times) in ordered)
        {
            table.AddRow(
                key.Part,
                key.Urgency.ToString(),
                key.Reason,
                Markup.Escape(key.RefusedBy),
                key.Rung.ToString(),
                Number(times));
        }

        return table;
    }

    /// <summary>Writes all there is to say about a store that was used.</summary>
    internal static void Write(OpenStore opened)
    {
        AnsiConsole.Write(Store(opened.Store.GetStatistics()));
        AnsiConsole.Write(Leases(opened.Tally));
        if (opened.Tally.Refusals.Count > 0)
        {
            AnsiConsole.Write(Refusals(opened.Tally));
        }
    }

    internal static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
