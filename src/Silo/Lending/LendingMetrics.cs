using System.Diagnostics.Metrics;
using Headroom.Grains;

namespace Headroom.Silo.Lending;

/// <summary>The instruments of what is lent; meter <c>Headroom</c>.</summary>
internal sealed class LendingMetrics
{
    private static readonly string[] Reasons =
        [.. Enum.GetNames<CloseReason>().Select(name => name.ToLowerInvariant())];

    private readonly Counter<long> _closed;
    private readonly Counter<long> _bytes;

    public LendingMetrics(IMeterFactory meters)
    {
        Meter meter = meters.Create(GrainsRegistration.MeterName);
        _closed = meter.CreateCounter<long>(
            "headroom.lending.closed", "{connection}", "Connections of borrowers that ended, by reason.");
        _bytes = meter.CreateCounter<long>(
            "headroom.lending.transferred", "By", "Bytes of loans that borrowers read and wrote.");
    }

    /// <summary>Counts a connection that ended.</summary>
    public void Closed(CloseReason reason) =>
        _closed.Add(1, new KeyValuePair<string, object?>("reason", Reasons[(int)reason]));

    /// <summary>Counts what a borrower reads.</summary>
    public void Read(long bytes) => _bytes.Add(bytes, new KeyValuePair<string, object?>("direction", "read"));

    /// <summary>Counts what a borrower has written.</summary>
    public void Written(long bytes) => _bytes.Add(bytes, new KeyValuePair<string, object?>("direction", "write"));
}
