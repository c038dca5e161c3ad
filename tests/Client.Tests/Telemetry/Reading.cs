namespace Headroom.Client.Tests.Telemetry;

/// <summary>One measurement.</summary>
internal sealed record Reading(string Instrument, double Value, IReadOnlyDictionary<string, string> Tags)
{
    public override string ToString() =>
        $"{Instrument} {Value} {string.Join(' ', Tags.Select(tag => $"{tag.Key}={tag.Value}"))}";
}
