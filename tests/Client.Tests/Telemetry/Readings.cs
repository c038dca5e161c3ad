using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Headroom.Client.Tests.Telemetry;

/// <summary>What the instruments of one meter factory measured.</summary>
internal sealed class Readings : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<Reading> _all = new();

    internal Readings(IMeterFactory meters)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, meters))
            {
                Instruments.Enqueue(instrument);
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.Start();
    }

    internal ConcurrentQueue<Instrument> Instruments { get; } = new();

    internal IReadOnlyCollection<Reading> All => _all;

    /// <summary>Reads the observable instruments anew, and gives what one instrument measured, by its tags.</summary>
    internal IReadOnlyList<Reading> Of(string instrument)
    {
        Collect();
        return [.. _all.Where(reading => reading.Instrument == instrument)];
    }

    /// <summary>What an observable instrument measures now with tags of these values.</summary>
    internal long Now(string instrument, params string[] tags) =>
        (long)Of(instrument).Last(reading => tags.All(reading.Tags.Values.Contains)).Value;

    internal void Collect() => _listener.RecordObservableInstruments();

    public void Dispose() => _listener.Dispose();

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _all.Enqueue(new Reading(
            instrument.Name,
            value,
            tags.ToArray().ToDictionary(tag => tag.Key, tag => (string)tag.Value!, StringComparer.Ordinal)));
}
