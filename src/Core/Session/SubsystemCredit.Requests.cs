namespace Headroom;

/// <content>
/// Requests of the same session that wait at the authority: credit that is given back here goes there, where their
/// place in the queue is, and does not lie idle beside them.
/// </content>
internal sealed partial class SubsystemCredit
{
    private long _askedBytes;

    /// <summary>
    /// What the subsystem's waiting requests ask for beyond its own credit. Only under the session's lock.
    /// </summary>
    internal long ShortBytes => Math.Max(0, _askedBytes - SpareBytes);

    private bool Asks => _askedBytes > 0;

    /// <summary>Counts a request that may wait. Only under the session's lock.</summary>
    internal void AddRequest(long bytes)
    {
        _askedBytes += bytes;
        Volatile.Write(ref _highMark, Math.Min(HighMark, EmergencyBytes));
        _account.Spread(false);
    }

    /// <summary>The request is over. Only under the session's lock.</summary>
    internal void RemoveRequest(long bytes) => _askedBytes -= bytes;

    // No more than is asked for: the rest goes on serving those that need no message.
    private long OwedToRequests(ref long shortElsewhere)
    {
        long spare = SpareBytes;
        long own = Math.Min(_askedBytes, spare);
        long others = Math.Min(shortElsewhere, spare - own);
        shortElsewhere -= others;
        return own + others;
    }
}
