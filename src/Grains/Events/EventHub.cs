namespace Headroom.Grains.Events;

/// <summary>
/// Keeps the last events of this silo for whoever wants to follow. Telling never waits for a reader: a reader that is
/// too slow is told that it missed some.
/// </summary>
/// <remarks>Safe for any number of threads. Each reader reads the one ring at its own pace; nothing is kept for
/// it.</remarks>
public sealed class EventHub
{
    /// <summary>How many events are kept: some seconds of a busy silo, about half a megabyte.</summary>
    public const int Capacity = 4096;

    private readonly Lock _gate = new();
    private readonly HeadroomEvent[] _ring = new HeadroomEvent[Capacity];
    private readonly TimeProvider _time;
    private readonly long _first;
    private long _next;
    private TaskCompletionSource? _readersWait;

    /// <summary>Makes a hub without events.</summary>
    /// <param name="time">
    /// The clock that events are stamped with. Their numbers begin at its time in microseconds, so that a reader who
    /// remembers a number from before a restart is not taken for one from the future; below 2^53, so that JSON readers
    /// everywhere can hold them.
    /// </param>
    public EventHub(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        _time = time;
        _first = _next = (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
    }

    /// <summary>
    /// Tells what happened. Gives it its number and its time; costs one write to the ring while nobody waits for it.
    /// </summary>
    public void Publish(in HeadroomEvent happened) => Publish(new ReadOnlySpan<HeadroomEvent>(in happened));

    /// <summary>Tells of several at once, in their order.</summary>
    public void Publish(ReadOnlySpan<HeadroomEvent> happened)
    {
        if (happened.IsEmpty)
        {
            return;
        }

        DateTimeOffset now = _time.GetUtcNow();
        TaskCompletionSource? waiting;
        lock (_gate)
        {
            foreach (ref readonly HeadroomEvent one in happened)
            {
                _ring[Slot(_next)] = one with { Number = _next, Time = now };
                _next++;
            }

            waiting = _readersWait;
            _readersWait = null;
        }

        waiting?.SetResult();
    }

    /// <summary>Begins to read.</summary>
    /// <param name="after">The number of the last event that the reader has; null for what happens from now on.</param>
    /// <returns>A reader; not safe for several threads at once.</returns>
    public EventReader Read(long? after)
    {
        lock (_gate)
        {
            // A number that was never given is of another life of this silo: nothing is known of what was missed since.
            return after is not { } number ? new EventReader(this, _next)
                : number >= _next ? new EventReader(this, Oldest - 1)
                : new EventReader(this, number + 1);
        }
    }

    // Copies what there is from a number on; the number moves along. Tells what was missed as an event of its own.
    internal int Take(ref long from, Span<HeadroomEvent> into)
    {
        DateTimeOffset now = _time.GetUtcNow();
        int count = 0;
        lock (_gate)
        {
            long oldest = Oldest;
            if (from < oldest)
            {
                into[count++] = new HeadroomEvent
                {
                    Number = oldest - 1,
                    Time = now,
                    Type = EventType.Dropped,
                    Detail = "events before the next one are missing: they are no longer kept",
                };
                from = oldest;
            }

            while (count < into.Length && from < _next)
            {
                into[count++] = _ring[Slot(from++)];
            }
        }

        return count;
    }

    // Completes when there is an event of this number.
    internal Task Until(long number)
    {
        lock (_gate)
        {
            if (number < _next)
            {
                return Task.CompletedTask;
            }

            _readersWait ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _readersWait.Task;
        }
    }

    private long Oldest => Math.Max(_first, _next - Capacity);

    private static int Slot(long number) => (int)(number % Capacity);
}
