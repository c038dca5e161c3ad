using Headroom.Samples.Demo.Runs;
using Spectre.Console;

namespace Headroom.Samples.Demo.Reports;

/// <summary>The tables in the terminal.</summary>
internal static class ResultTable
{
    /// <summary>The runs beside each other.</summary>
    internal static Table Of(IReadOnlyList<RunResult> runs, string title)
    {
        Table table = new Table().Title(Markup.Escape($"{title} ({runs[0].LimitName})"))
            .Caption(Markup.Escape($"measured: {runs[0].Measured}"))
            .AddColumn("");
        foreach (RunResult run in runs)
        {
            table.AddColumn(new TableColumn($"{run.Mode}".ToLowerInvariant()).RightAligned());
        }

        foreach ((string name, Func<RunResult, string> value) in Texts.Rows)
        {
            table.AddRow([Markup.Escape(name), .. runs.Select(run => Markup.Escape(value(run)))]);
        }

        return table;
    }

    /// <summary>Why a run's parts were refused.</summary>
    internal static Table Refusals(RunResult run)
    {
        const int Most = 12;
        Table table = new Table().Title($"refusals, {run.Mode}".ToLowerInvariant())
            .AddColumn("part").AddColumn("urgency").AddColumn("reason").AddColumn("refused by").AddColumn("last rung")
            .AddColumn(new TableColumn("times").RightAligned());
        foreach (Refusal refusal in run.Refusals.Take(Most))
        {
            table.AddRow(
                refusal.Part,
                refusal.Urgency,
                refusal.Reason,
                Markup.Escape(refusal.RefusedBy),
                refusal.Rung,
                Texts.Number(refusal.Times, 0));
        }

        return table;
    }
}
