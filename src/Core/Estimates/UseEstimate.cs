namespace Headroom;

/// <summary>
/// How much an operation is to ask for: what 99 of 100 of its uses needed, learned from each. Thread-safe; has no clock
/// of its own.
/// </summary>
internal sealed class UseEstimate
{
    /// <summary>
    /// What the start size weighs: as long as fewer than about ten uses are known it has a say, since the largest of a
    /// few is no percentile.
    /// </summary>
    internal const long StartWeight = DecayingHistogram.Unit / 10;

    private readonly Lock _lock = new();
    private readonly DecayingHistogram _uses;
    private readonly long _startBytes;
    private readonly TimeSpan _halfLife;
    private TimeSpan? _refusedSince;
    private long _bytes;
    private long _learnedTicks;

    /// <summary>Creates an estimate that has learned nothing.</summary>
    /// <param name="startBytes">What to ask for until then; 1 or more.</param>
    /// <param name="halfLife">After so long a use counts half; more than zero.</param>
    /// <param name="now">Monotonic time.</param>
    internal UseEstimate(long startBytes, TimeSpan halfLife, TimeSpan now)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(startBytes);
        (_startBytes, _halfLife) = (startBytes, halfLife);
        _uses = new DecayingHistogram(halfLife);
        _learnedTicks = now.Ticks;
        Begin(now);
    }

    /// <summary>What to ask for now.</summary>
    internal long Bytes => Volatile.Read(ref _bytes);

    /// <summary>When something was learned last; when it was created, before that.</summary>
    internal TimeSpan LearnedAt => TimeSpan.FromTicks(Volatile.Read(ref _learnedTicks));

    /// <summary>A use needed so much.</summary>
    /// <param name="bytes">0 or more.</param>
    /// <param name="now">Monotonic time.</param>
    internal void Learn(long bytes, TimeSpan now)
    {
        lock (_lock)
        {
            _uses.Add(bytes, DecayingHistogram.Unit, now);
            _refusedSince = null;
            Volatile.Write(ref _learnedTicks, now.Ticks);
            Volatile.Write(ref _bytes, _uses.QuantileBytes);
        }
    }

    /// <summary>
    /// What the estimate said was refused for want of memory. Where that goes on for a half-life and nothing is
    /// learned, nothing ever would be: then what was learned is forgotten.
    /// </summary>
    internal void Refused(TimeSpan now)
    {
        lock (_lock)
        {
            _refusedSince ??= now;
            if (now - _refusedSince >= _halfLife)
            {
                Begin(now);
            }
        }
    }

    /// <summary>Forgets what was learned: it can never be granted.</summary>
    internal void Forget(TimeSpan now)
    {
        lock (_lock)
        {
            Begin(now);
        }
    }

    /// <summary>What to ask for instead of a lease that was too small: at least twice as much.</summary>
    internal long After(long leasedBytes)
    {
        long twice = leasedBytes > DecayingHistogram.MostBytes / 2 ? DecayingHistogram.MostBytes : leasedBytes * 2;
        return Math.Max(Bytes, twice);
    }

    private void Begin(TimeSpan now)
    {
        _refusedSince = null;
        _uses.Clear();
        _uses.Add(_startBytes, StartWeight, now);
        Volatile.Write(ref _bytes, _startBytes);
    }
}
