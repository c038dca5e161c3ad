namespace Headroom;

/// <summary>
/// Where a lease keeps what it needs for giving back; reused by later leases. A lease is a slot and the token that the
/// slot had when it was taken; ending a lease moves the token on, so that only one of all copies of a lease ends it,
/// and none ends a later lease in the same slot.
/// </summary>
internal abstract class LeaseSlot
{
    private const int UrgencyBits = 2;
    private const long UrgencyMask = (1L << UrgencyBits) - 1;

    /// <summary>The urgency in a token.</summary>
    internal static Urgency UrgencyOf(long token) => (Urgency)(token & UrgencyMask);

    /// <summary>
    /// How many leases a slot with this token has had: each moved it on when it began and when it ended.
    /// </summary>
    private protected static long LeasesUpTo(long token) => ((token >> UrgencyBits) + 1) / 2;

    /// <summary>How many leases this slot has had.</summary>
    internal abstract long Leases { get; }

    /// <summary>True while the lease of this token is held.</summary>
    internal abstract bool Holds(long token);

    /// <summary>
    /// Ends the lease of this token and gives its bytes back. Only the first call does anything, of all threads.
    /// </summary>
    internal abstract void End(long token);

    /// <summary>Where the lease of this token comes from, when that is not credit alone; null otherwise.</summary>
    internal virtual ILeaseOrigin? OriginOf(long token) => null;

    /// <summary>The token of a lease after one with this token; never 0, never the same again.</summary>
    private protected static long TokenAfter(long token, Urgency urgency) => Ended(token) | (long)urgency;

    /// <summary>What a slot has after the lease of this token; no lease has it.</summary>
    private protected static long Ended(long token) => ((token >> UrgencyBits) + 1) << UrgencyBits;
}
