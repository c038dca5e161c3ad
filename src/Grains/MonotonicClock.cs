namespace Headroom.Grains;

/// <summary>Monotonic time for the ledgers: no step of the wall clock may end or prolong a lease.</summary>
public sealed class MonotonicClock
{
    private readonly long _start;

    /// <summary>Starts the clock.</summary>
    public MonotonicClock(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        Provider = time;
        _start = time.GetTimestamp();
    }

    /// <summary>Time since the clock was made.</summary>
    public TimeSpan Now => Provider.GetElapsedTime(_start);

    /// <summary>The provider, for timers.</summary>
    public TimeProvider Provider { get; }
}
