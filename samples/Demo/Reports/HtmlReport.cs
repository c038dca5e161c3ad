using System.Net;
using System.Text;
using Headroom.Samples.Demo.Runs;

namespace Headroom.Samples.Demo.Reports;

/// <summary>The runs as one page that needs nothing else.</summary>
internal static class HtmlReport
{
    private const string Style = """
        body { font: 15px/1.45 system-ui, sans-serif; color: #1f2328; margin: 2rem auto; max-width: 60rem; }
        h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
        table { border-collapse: collapse; }
        td, th { padding: .2rem .8rem; border-bottom: 1px solid #d8dee4; text-align: right; }
        td:first-child, th:first-child { text-align: left; } svg { max-width: 100%; height: auto; }
        .left td { text-align: left; } .left td:last-child { text-align: right; }
        """;

    /// <summary>The page.</summary>
    internal static string Of(IReadOnlyList<RunResult> runs)
    {
        RunResult first = runs[0];
        StringBuilder page = new();
        page.Append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Headroom: the same work ")
            .Append("under the same memory limit</title><style>").Append(Style).Append("</style></head><body>\n");
        page.Append("<h1>The same work under the same memory limit</h1>\n<p>")
            .Append(Text($"Variant {first.Variant}, seed {first.Seed}, {first.Seconds:0} s each. A journaling store "))
            .Append(Text("and a noisy neighbour share a limit of "))
            .Append(Text($"{Texts.Mebibytes(first.LimitBytes)} ({first.LimitName}). "))
            .Append(Text($"Measured is {first.Measured}. What differs:"))
            .Append("</p>\n<ul>");
        foreach (RunResult run in runs)
        {
            page.Append("<li><b>").Append(Text(Name(run))).Append("</b>: ")
                .Append(Text(run.Difference)).Append("</li>\n");
        }

        page.Append("</ul>\n").Append(Plot.Of(runs)).Append("\n<h2>Numbers</h2>\n<table><tr><th></th>");
        page.AppendJoin("", runs.Select(run => $"<th>{Text(Name(run))}</th>")).Append("</tr>\n");
        foreach ((string name, Func<RunResult, string> value) in Texts.Rows)
        {
            page.Append("<tr><td>").Append(Text(name)).Append("</td>")
                .AppendJoin("", runs.Select(run => $"<td>{Text(value(run))}</td>")).Append("</tr>\n");
        }

        page.Append("</table>\n");
        foreach (RunResult run in runs)
        {
            AppendParticulars(page, run);
        }

        return page.Append("</body></html>\n").ToString();
    }

    private static void AppendParticulars(StringBuilder page, RunResult run)
    {
        if (run.Marks.Count > 0)
        {
            page.Append("<h2>What happened, ").Append(Text(Name(run))).Append("</h2>\n<ul>");
            page.AppendJoin("\n", run.Marks.Select(mark => $"<li>{mark.At:0.0} s: {Text(mark.Text)}</li>"));
            page.Append("</ul>\n");
        }

        if (run.Refusals.Count > 0)
        {
            page.Append("<h2>Who was refused and why, ").Append(Text(Name(run))).Append(
                "</h2>\n<table class=\"left\"><tr><th>part</th><th>urgency</th><th>reason</th><th>refused by</th>"
                + "<th>last rung</th><th>times</th></tr>");
            page.AppendJoin("\n", run.Refusals.Select(refusal =>
                $"<tr><td>{Text(refusal.Part)}</td><td>{Text(refusal.Urgency)}</td><td>{Text(refusal.Reason)}</td>"
                + $"<td>{Text(refusal.RefusedBy)}</td><td>{Text(refusal.Rung)}</td><td>{refusal.Times}</td></tr>"));
            page.Append("</table>\n");
        }
    }

    private static string Name(RunResult run) => $"{run.Mode}".ToLowerInvariant();

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
