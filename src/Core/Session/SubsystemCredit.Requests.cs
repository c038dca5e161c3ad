namespace Headroom;

/// <content>
/// Requests of the same subsystem that wait at the authority: credit that is given back here goes there, where their
/// place in the queue is, and does not lie idle beside them.
/// </content>
internal sealed partial class SubsystemCredit
{
    private long _askedBytes;

    private bool Asks => _askedBytes > 0;

    /// <summary>Counts a request that may wait. Only under the session's lock.</summary>
    /// <returns>True when there is credit that it could be served with.</returns>
    internal bool AddRequest(long bytes)
    {
        _askedBytes += bytes;
        Volatile.Write(ref _highMark, Math.Min(HighMark, EmergencyBytes));
        _account.Spread(false);
        return SpareBytes > 0;
    }

    /// <summary>The request is over. Only under the session's lock.</summary>
    internal void RemoveRequest(long bytes) => _askedBytes -= bytes;

    // No more than they ask for: the rest goes on serving those that need no message.
    private long OwedToRequests(long credit) => Math.Min(_askedBytes, Math.Max(0, credit - EmergencyBytes));
}
