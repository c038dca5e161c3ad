using System.Globalization;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace Headroom.Support.Kubernetes;

/// <summary>A watch under way.</summary>
/// <param name="node">The node whose pods it is about; null for all.</param>
/// <param name="steps">What is still to be done.</param>
internal sealed class FakeWatch(string? node, Channel<FakeWatchStep> steps)
{
    public ChannelReader<FakeWatchStep> Steps => steps.Reader;

    public void Say(string line, long version)
    {
        if (node is null || line.Contains($"\"nodeName\":\"{node}\"", StringComparison.Ordinal))
        {
            Last = (line, version);
            steps.Writer.TryWrite(new FakeWatchStep(line + "\n"));
        }
    }

    public (string Line, long Version) Last { get; private set; }

    public void Bookmark(long version) => steps.Writer.TryWrite(new FakeWatchStep(
        new JsonObject
        {
            ["type"] = "BOOKMARK",
            ["object"] = new JsonObject
            {
                ["kind"] = "Pod",
                ["apiVersion"] = "v1",
                ["metadata"] = new JsonObject
                {
                    ["resourceVersion"] = version.ToString(CultureInfo.InvariantCulture),
                    ["creationTimestamp"] = null,
                },
            },
        }.ToJsonString() + "\n"));

    public void Fail(FakeStatus status) => steps.Writer.TryWrite(new FakeWatchStep(
        new JsonObject { ["type"] = "ERROR", ["object"] = JsonNode.Parse(status.Body) }.ToJsonString() + "\n",
        Ends: true));

    public void Break() => steps.Writer.TryWrite(new FakeWatchStep(null, Breaks: true));

    public void End() => steps.Writer.TryWrite(new FakeWatchStep(null, Ends: true));

    public void BreakInTheMiddle(string line) =>
        steps.Writer.TryWrite(new FakeWatchStep(line[..(line.Length / 2)], Breaks: true));

    public void Garbage() => steps.Writer.TryWrite(new FakeWatchStep("<html>bad gateway</html>\n"));
}
