namespace Headroom.Samples.Journal.Workload;

/// <summary>Durations, for their percentiles. Thread-safe.</summary>
internal sealed class Latencies
{
    // 8 MB; a run that makes more keeps the first.
    private const int MaxCount = 1 << 20;

    private readonly Lock _lock = new();
    private readonly List<long> _ticks = [];

    internal void Add(TimeSpan duration)
    {
        lock (_lock)
        {
            if (_ticks.Count < MaxCount)
            {
                _ticks.Add(duration.Ticks);
            }
        }
    }

    /// <summary>The duration that a share of all does not exceed; zero when there is none.</summary>
    internal TimeSpan Percentile(int percent)
    {
        lock (_lock)
        {
            _ticks.Sort();
            return _ticks.Count == 0 ? TimeSpan.Zero : TimeSpan.FromTicks(_ticks[(_ticks.Count - 1) * percent / 100]);
        }
    }
}
