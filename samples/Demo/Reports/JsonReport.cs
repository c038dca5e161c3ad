using System.Text.Json;
using System.Text.Json.Serialization;
using Headroom.Samples.Demo.Runs;

namespace Headroom.Samples.Demo.Reports;

/// <summary>The runs as JSON.</summary>
internal static class JsonReport
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>All of them, samples included.</summary>
    internal static string Of(IReadOnlyList<RunResult> runs) => JsonSerializer.Serialize(runs, Options);
}
