namespace Headroom;

/// <summary>
/// The bytes really in use that no lease stands for, estimated from what can be seen: the whole use, and the bytes
/// leased, of which nobody knows how many have been touched yet. A value: each reading gives the next estimate.
/// </summary>
/// <remarks>
/// <para>
/// The truth is between "all leases are touched" (use less leases) and "none is" (the whole use). The estimate stays
/// what
/// it was while that is possible, and moves only as far as the two bounds force it to. So it does not fall merely
/// because
/// somebody leased bytes (a lease not yet touched must not hide what others use), it rises when the use exceeds the
/// leases
/// and what was untracked already, and it is never more than the use. It may be too high while leases stand: when
/// others free memory beside leases that are touched, the figures alone cannot tell that from leases being freed.
/// </para>
/// <para>
/// <b>The first reading</b> takes all leases for touched. At a first start there are none, and the estimate is the
/// whole
/// use. After a restart leases are old, and mostly touched; the other bound would count them twice for as long as they
/// stand, and nothing could be granted. For the same reason everything charged belongs in <c>leased</c> from the first
/// reading on: an authority that is still learning passes its whole durable mark (and ghosts), not only what was
/// reported so far. Otherwise the first reading would take unreported leases for untracked, and their reports, which
/// look like new leases, would not lower the estimate. When the mark then comes down, the estimate rises by what the
/// mark
/// hid.
/// </para>
/// </remarks>
public readonly record struct UntrackedEstimate
{
    private readonly long? _bytes;

    private UntrackedEstimate(long bytes) => _bytes = bytes;

    /// <summary>The estimate in bytes, never negative; 0 before the first reading.</summary>
    public long Bytes => _bytes ?? 0;

    /// <summary>Whether there was a reading; before the first, <see cref="Bytes"/> says nothing.</summary>
    public bool Observed => _bytes is not null;

    /// <summary>Takes one reading in; this estimate is left as it was.</summary>
    /// <param name="usedBytes">Observed use, 0 or more.</param>
    /// <param name="leasedBytes">
    /// Everything charged whether touched or not, 0 or more: leases, ghosts, and while learning the unreported rest of
    /// the
    /// durable mark.
    /// </param>
    /// <returns>The estimate after this reading; the same reading again changes nothing.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A figure is negative.</exception>
    public UntrackedEstimate Observe(long usedBytes, long leasedBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(usedBytes);
        ArgumentOutOfRangeException.ThrowIfNegative(leasedBytes);

        long allTouched = Math.Max(0, usedBytes - leasedBytes);
        return new UntrackedEstimate(Math.Clamp(_bytes ?? allTouched, allTouched, usedBytes));
    }
}
