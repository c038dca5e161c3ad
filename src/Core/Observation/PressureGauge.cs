namespace Headroom;

/// <summary>
/// Turns readings of the kernel's memory pressure into a level. A level begins with the first reading at its entry, and
/// ends when all readings of the hold time were below its end. A value: each reading gives the next gauge.
/// </summary>
/// <remarks>
/// The two levels are separate triggers, which makes the gauge monotone: readings that are nowhere lower never give a
/// lower level at any moment. When the pressure cannot be read nothing is observed, and the level stays as it is.
/// </remarks>
public sealed record PressureGauge
{
    private readonly PressureThresholds _thresholds;
    private readonly TimeSpan? _observedAt;
    private readonly Trigger _some;
    private readonly Trigger _high;

    /// <summary>Creates a gauge that has seen nothing yet and says <see cref="PressureLevel.None"/>.</summary>
    /// <param name="thresholds">Where the levels begin and end.</param>
    /// <exception cref="ArgumentException">The thresholds cannot be used; the message says all that is
    /// wrong.</exception>
    public PressureGauge(PressureThresholds thresholds)
    {
        ArgumentNullException.ThrowIfNull(thresholds);
        IReadOnlyList<string> errors = thresholds.Validate();
        if (errors.Count > 0)
        {
            throw new ArgumentException(string.Join(' ', errors), nameof(thresholds));
        }

        _thresholds = thresholds;
    }

    private PressureGauge(PressureThresholds thresholds, TimeSpan observedAt, Trigger some, Trigger high)
    {
        _thresholds = thresholds;
        _observedAt = observedAt;
        _some = some;
        _high = high;
    }

    /// <summary>The level after the last reading.</summary>
    public PressureLevel Level =>
        _high.On ? PressureLevel.High : _some.On ? PressureLevel.Some : PressureLevel.None;

    /// <summary>Takes one reading in; this gauge is left as it was.</summary>
    /// <param name="sample">The shares read; each 0 to 10,000.</param>
    /// <param name="now">When the reading began, on a clock that never goes back; any origin.</param>
    /// <returns>The gauge after this reading.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A share is out of its range, or the time went back.</exception>
    public PressureGauge Observe(PressureSample sample, TimeSpan now)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sample.SomeBasisPoints, nameof(sample));
        ArgumentOutOfRangeException.ThrowIfNegative(sample.FullBasisPoints, nameof(sample));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(
            sample.SomeBasisPoints, PressureSample.WholeBasisPoints, nameof(sample));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(
            sample.FullBasisPoints, PressureSample.WholeBasisPoints, nameof(sample));
        if (now < _observedAt)
        {
            throw new ArgumentOutOfRangeException(nameof(now), now, $"The last reading was at {_observedAt}.");
        }

        // When all tasks stall some do; the kernel averages the two apart, so "full" may be printed a little higher.
        int some = Math.Max(sample.SomeBasisPoints, sample.FullBasisPoints);
        return new PressureGauge(
            _thresholds,
            now,
            _some.Next(some, _thresholds.SomeEnterBasisPoints, _thresholds.SomeLeaveBasisPoints, _thresholds.Hold, now),
            _high.Next(
                sample.FullBasisPoints,
                _thresholds.HighEnterBasisPoints,
                _thresholds.HighLeaveBasisPoints,
                _thresholds.Hold,
                now));
    }

    // BelowSince: since when each reading was below the end; null while off, and while a reading was not below it.
    private readonly record struct Trigger(bool On, TimeSpan? BelowSince)
    {
        public Trigger Next(int value, int enter, int leave, TimeSpan hold, TimeSpan now)
        {
            if (value >= enter)
            {
                return new Trigger(true, null);
            }

            if (!On || value >= leave)
            {
                return this with { BelowSince = null };
            }

            TimeSpan since = BelowSince ?? now;
            return now - since >= hold ? default : new Trigger(true, since);
        }
    }
}
