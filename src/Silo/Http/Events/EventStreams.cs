namespace Headroom.Silo.Http.Events;

/// <summary>What the streams of events share.</summary>
internal sealed class EventStreams(TimeProvider time, IHostApplicationLifetime lifetime)
{
    /// <summary>Streams open at once: one for each person and machine that watches. Each costs a connection.</summary>
    public const int MaxOpen = 1000;

    /// <summary>
    /// How often a silent stream shows that it lives: below the shortest idle time-out of proxies in use, 30 s.
    /// </summary>
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    private int _open;

    /// <summary>The clock of the heartbeats.</summary>
    public TimeProvider Time => time;

    /// <summary>Cancelled when the server stops.</summary>
    public CancellationToken Stopping => lifetime.ApplicationStopping;

    /// <summary>Streams open now.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>Takes a place; false when there is none. To be given back with <see cref="Leave"/>.</summary>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _open) <= MaxOpen)
        {
            return true;
        }

        Leave();
        return false;
    }

    /// <summary>Gives a place back.</summary>
    public void Leave() => Interlocked.Decrement(ref _open);
}
