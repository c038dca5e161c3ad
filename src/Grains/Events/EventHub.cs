using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Headroom.Grains.Events;

/// <summary>
/// The events of this silo: the last ones are kept for those that come back, and each reader has a bounded queue of its own.
/// Publishing never waits for a reader. Thread-safe.
/// </summary>
public sealed class EventHub(TimeProvider time)
{
    /// <summary>How many events are kept: some seconds of a busy silo, a day of a calm one.</summary>
    public const int Kept = 1_024;

    /// <summary>How many events wait for one reader before the oldest are left out.</summary>
    public const int QueueLength = 1_024;

    private readonly Lock _gate = new();
    private readonly Queue<HeadroomEvent> _kept = new(Kept);
    private readonly List<Channel<HeadroomEvent>> _readers = [];
    private long _last;

    /// <summary>Publishes an event; its number and time are set here.</summary>
    public void Publish(HeadroomEvent happened)
    {
        ArgumentNullException.ThrowIfNull(happened);
        lock (_gate)
        {
            HeadroomEvent numbered = happened with { Number = ++_last, Time = time.GetUtcNow() };
            if (_kept.Count == Kept)
            {
                _kept.Dequeue();
            }

            _kept.Enqueue(numbered);
            foreach (Channel<HeadroomEvent> reader in _readers)
            {
                // Bounded with the oldest dropped: this never fails and never waits.
                reader.Writer.TryWrite(numbered);
            }
        }
    }

    /// <summary>
    /// Reads what happens from now on, after those kept events whose number is greater than <paramref name="after"/>. Where
    /// events were left out, an event of type <see cref="EventTypes.Dropped"/> says how many.
    /// </summary>
    /// <param name="after">The last number seen; null to start with the next event.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async IAsyncEnumerable<HeadroomEvent> ReadAsync(
        long? after, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Channel<HeadroomEvent> queue = Channel.CreateBounded<HeadroomEvent>(
            new BoundedChannelOptions(QueueLength) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        HeadroomEvent[] missed;
        long expected;
        lock (_gate)
        {
            missed = after is { } seen ? [.. _kept.Where(kept => kept.Number > seen)] : [];
            expected = after is { } number && number <= _last ? number + 1 : _last + 1 - missed.Length;
            _readers.Add(queue);
        }

        try
        {
            foreach (HeadroomEvent happened in missed)
            {
                if (Gap(happened, ref expected) is { } gap)
                {
                    yield return gap;
                }

                yield return happened;
            }

            await foreach (HeadroomEvent happened in queue.Reader.ReadAllAsync(cancellationToken))
            {
                if (Gap(happened, ref expected) is { } gap)
                {
                    yield return gap;
                }

                yield return happened;
            }
        }
        finally
        {
            lock (_gate)
            {
                _readers.Remove(queue);
            }
        }
    }

    private static HeadroomEvent? Gap(HeadroomEvent next, ref long expected)
    {
        long lost = next.Number - expected;
        expected = next.Number + 1;
        return lost <= 0 ? null : new HeadroomEvent
        {
            Type = EventTypes.Dropped,
            Number = next.Number - 1,
            Time = next.Time,
            Host = next.Host,
            Bytes = 0,
            Detail = $"{lost} events were left out: this reader is too slow, or came back too late",
        };
    }
}
