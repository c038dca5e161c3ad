using System.Globalization;
using System.Net;
using System.Text;
using Headroom.Samples.Demo.Runs;

namespace Headroom.Samples.Demo.Reports;

/// <summary>
/// Memory over time as SVG: a panel for each run, with the same axes. Stacked: the runtimes, what the store holds at
/// each urgency from the highest to the lowest, the neighbour between them. Below each panel, when somebody was
/// refused and when memory was given back.
/// </summary>
internal static class Plot
{
    private const int Width = 960;
    private const int Left = 64;
    private const int Right = 16;
    private const int Top = 56;
    private const int PanelHeight = 190;
    private const int StripHeight = 9;
    private const int PanelStep = PanelHeight + (2 * StripHeight) + 58;
    private const int MostPoints = 160;
    private const double Headspace = 1.12;

    private static readonly IReadOnlyList<(string Name, string Colour, Func<Sample, double> Bytes)> Layers =
    [
        ("runtimes", "#c9ced6", sample => Math.Max(0, sample.Anonymous - sample.Neighbour - sample.Held.Sum())),
        ("MustSucceed", "#b3261e", sample => sample.Held[3]),
        ("RiskyToFail", "#e8710a", sample => sample.Held[2]),
        ("SafeToFail", "#f2b705", sample => sample.Held[1]),
        ("neighbour", "#7d8ca3", sample => sample.Neighbour),
        ("cache (Optional)", "#4c8bf5", sample => sample.Held[0]),
        ("on other hosts", "#8e5bd0", sample => sample.Lent),
    ];

    /// <summary>The picture.</summary>
    internal static string Of(IReadOnlyList<RunResult> runs)
    {
        int height = Top + (runs.Count * PanelStep) + 8;
        StringBuilder svg = new();
        svg.Append(Invariant($"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {height}\" "))
            .Append(Invariant($"width=\"{Width}\" height=\"{height}\" font-family=\"system-ui, sans-serif\" "))
            .Append("font-size=\"12\" fill=\"#1f2328\">\n")
            .Append(Invariant($"<rect width=\"{Width}\" height=\"{height}\" fill=\"#ffffff\"/>\n"));
        AppendLegend(svg, runs);
        double most = runs.Max(run => Math.Max(run.LimitBytes, run.Samples.Select(Height).DefaultIfEmpty().Max()));
        for (int at = 0; at < runs.Count; at++)
        {
            AppendPanel(svg, Thinned(runs[at]), Top + (at * PanelStep) + 22, most * Headspace);
        }

        return svg.Append("</svg>").ToString();
    }

    // As many as the eye can tell apart; the page stays small.
    private static RunResult Thinned(RunResult run)
    {
        int every = 1 + (run.Samples.Count / MostPoints);
        return run with { Samples = [.. run.Samples.Where((_, at) => at % every == 0)] };
    }

    private static double Height(Sample sample) => Layers.Sum(layer => layer.Bytes(sample));

    private static void AppendLegend(StringBuilder svg, IReadOnlyList<RunResult> runs)
    {
        double x = Left;
        foreach ((string name, string colour, Func<Sample, double> bytes) in Layers)
        {
            if (runs.All(run => run.Samples.All(sample => bytes(sample) == 0)))
            {
                continue;
            }

            svg.Append(Invariant($"<rect x=\"{x:0}\" y=\"10\" width=\"12\" height=\"12\" fill=\"{colour}\"/>"))
                .Append(Invariant($"<text x=\"{x + 17:0}\" y=\"20\">{name}</text>\n"));
            x += 34 + (name.Length * 7);
        }

        svg.Append(Invariant($"<text x=\"{Left}\" y=\"42\" fill=\"#57606a\">"))
            .Append("line: the limit; red: killed or dead; green: started anew; violet: done to the authority; ")
            .Append("strips below: refusals, memory given back</text>\n");
    }

    private static void AppendPanel(StringBuilder svg, RunResult run, int top, double most)
    {
        double seconds = run.Seconds;
        int bottom = top + PanelHeight;
        svg.Append(Invariant($"<text x=\"{Left}\" y=\"{top - 7}\" font-weight=\"600\">"))
            .Append($"{run.Mode}".ToLowerInvariant())
            .Append(Invariant($"</text><text x=\"{Width - Right}\" y=\"{top - 7}\" text-anchor=\"end\" "))
            .Append("fill=\"#57606a\">")
            .Append(Invariant($"{run.Killed + run.DiedOfException} dead, {run.CommitsFailed} of "))
            .Append(Invariant($"{run.CommitsAttempted} commits failed, {run.CommitsLost} lost, "))
            .Append(Invariant($"p99 {run.CommitP99Milliseconds:0} ms</text>\n"));
        AppendAxes(svg, run, top, most);
        double[] below = new double[run.Samples.Count];
        foreach ((string _, string colour, Func<Sample, double> bytes) in Layers)
        {
            AppendLayer(svg, run, below, bytes, colour, bottom, most);
        }

        double limit = bottom - (run.LimitBytes / most * PanelHeight);
        svg.Append(Invariant($"<line x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{limit:0.0}\" y2=\"{limit:0.0}\" "))
            .Append("stroke=\"#1f2328\" stroke-width=\"1.5\"/>\n");
        AppendStrip(svg, run, bottom + 8, "refused", "#b3261e", sample => sample.Refused);
        AppendStrip(svg, run, bottom + 10 + StripHeight, "gave back", "#1a7f37", sample => sample.Reclaimed);
        foreach (Mark mark in run.Marks.Where(mark => mark.At >= 0 && mark.At <= seconds))
        {
            string colour = mark.Kind switch
            {
                "restarted" => "#1a7f37",
                "authority" or "pressure" => "#8e5bd0",
                _ => "#cf222e",
            };
            double x = X(mark.At, seconds);
            svg.Append(Invariant($"<line x1=\"{x:0.0}\" x2=\"{x:0.0}\" y1=\"{top}\" y2=\"{bottom}\" "))
                .Append(Invariant($"stroke=\"{colour}\" stroke-width=\"1.5\" stroke-dasharray=\"4 2\"><title>"))
                .Append(WebUtility.HtmlEncode(mark.Text)).Append("</title></line>\n");
        }
    }

    private static void AppendAxes(StringBuilder svg, RunResult run, int top, double most)
    {
        const double Step = 128.0 * (1 << 20);
        int bottom = top + PanelHeight;
        for (double bytes = 0; bytes <= most; bytes += Step)
        {
            double y = bottom - (bytes / most * PanelHeight);
            svg.Append(Invariant($"<line x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{y:0.0}\" y2=\"{y:0.0}\" "))
                .Append("stroke=\"#e6e9ed\"/>")
                .Append(Invariant($"<text x=\"{Left - 6}\" y=\"{y + 4:0.0}\" text-anchor=\"end\" fill=\"#57606a\">"))
                .Append(Invariant($"{bytes / (1 << 20):0}{(bytes == 0 ? " MiB" : "")}</text>\n"));
        }

        double tick = run.Seconds <= 20 ? 2 : run.Seconds <= 60 ? 5 : 20;
        for (double at = 0; at <= run.Seconds; at += tick)
        {
            svg.Append(Invariant($"<text x=\"{X(at, run.Seconds):0.0}\" y=\"{bottom + (2 * StripHeight) + 26}\" "))
                .Append(Invariant($"text-anchor=\"middle\" fill=\"#57606a\">{at:0}{(at == 0 ? " s" : "")}</text>\n"));
        }
    }

    private static void AppendLayer(
        StringBuilder svg,
        RunResult run,
        double[] below,
        Func<Sample, double> bytes,
        string colour,
        int bottom,
        double most)
    {
        if (run.Samples.All(sample => bytes(sample) == 0))
        {
            return;
        }

        StringBuilder up = new();
        List<string> down = [];
        for (int at = 0; at < run.Samples.Count; at++)
        {
            double x = X(run.Samples[at].At, run.Seconds);
            down.Add(Invariant($"{x:0.0},{bottom - (below[at] / most * PanelHeight):0.0}"));
            below[at] += bytes(run.Samples[at]);
            up.Append(Invariant($"{x:0.0},{bottom - (below[at] / most * PanelHeight):0.0} "));
        }

        down.Reverse();
        svg.Append(Invariant($"<polygon fill=\"{colour}\" fill-opacity=\"0.9\" points=\"")).Append(up)
            .AppendJoin(' ', down).Append("\"/>\n");
    }

    // A bar wherever the count rose between two samples.
    private static void AppendStrip(
        StringBuilder svg, RunResult run, int top, string name, string colour, Func<Sample, long> count)
    {
        svg.Append(Invariant($"<text x=\"{Left - 6}\" y=\"{top + StripHeight}\" text-anchor=\"end\" font-size=\"10\" "))
            .Append(Invariant($"fill=\"#57606a\">{name}</text>\n<path stroke=\"{colour}\" stroke-width=\"2\" d=\""));
        for (int at = 1; at < run.Samples.Count; at++)
        {
            if (count(run.Samples[at]) > count(run.Samples[at - 1]))
            {
                svg.Append(Invariant($"M{X(run.Samples[at].At, run.Seconds):0.0} {top}v{StripHeight}"));
            }
        }

        svg.Append("\"/>\n");
    }

    private static double X(double at, double seconds) => Left + (at / seconds * (Width - Left - Right));

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
