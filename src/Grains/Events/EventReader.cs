namespace Headroom.Grains.Events;

/// <summary>One reader's place among the events of a hub.</summary>
public sealed class EventReader
{
    private readonly EventHub _hub;
    private long _from;

    internal EventReader(EventHub hub, long from)
    {
        _hub = hub;
        _from = from;
    }

    /// <summary>Takes what there is, without waiting.</summary>
    /// <param name="into">Filled from its beginning; must have room for one.</param>
    /// <returns>How many were taken; 0 when there is nothing new.</returns>
    public int Take(Span<HeadroomEvent> into)
    {
        ArgumentOutOfRangeException.ThrowIfZero(into.Length, nameof(into));
        return _hub.Take(ref _from, into);
    }

    /// <summary>Waits until there is something to take.</summary>
    /// <returns>False when the time was over first.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled; the reader may go on.</exception>
    public async Task<bool> WaitAsync(TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        Task something = _hub.Until(_from);
        await something.WaitAsync(limit, time, cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        return something.IsCompleted;
    }
}
