using System.Runtime.CompilerServices;

namespace Headroom;

/// <summary>
/// Where a lease keeps what it needs for giving back; reused by later leases. A lease is a slot and the token that the
/// slot had when it was taken; ending a lease moves the token on, so that only one of all copies of a lease ends it,
/// and none ends a later lease in the same slot.
/// </summary>
/// <param name="home">The stripe whose owner ends leases here with plain arithmetic; <c>Nobodys</c> for none.</param>
internal abstract class LeaseSlot(CreditStripe home)
{
    // A token is a number that grows by one when a lease starts and by one when it ends, so it is odd while one is
    // held; and, below it, the urgency. It takes centuries until one comes again.
    private const int UrgencyBits = 2;
    private const long UrgencyMask = (1L << UrgencyBits) - 1;
    private const long One = 1L << UrgencyBits;

    private long _token;

    private protected CreditStripe Home => home;

    private protected ref long Token => ref _token;

    /// <summary>The urgency in a token.</summary>
    internal static Urgency UrgencyOf(long token) => (Urgency)(token & UrgencyMask);

    /// <summary>
    /// How many leases a slot with this token has had: each moved it on when it began and when it ended.
    /// </summary>
    private protected static long LeasesUpTo(long token) => ((token >> UrgencyBits) + 1) / 2;

    /// <summary>True while the lease of this token is held.</summary>
    internal abstract bool Holds(long token);

    /// <summary>Where the lease of this token comes from, when that is not credit alone; null otherwise.</summary>
    internal virtual ILeaseOrigin? OriginOf(long token) => null;

    /// <summary>
    /// Ends the lease of this token and gives its bytes back. Only the first call does anything, of all threads. It is
    /// cheapest at the place where it was leased.
    /// </summary>
    /// <param name="token">The lease's token.</param>
    /// <param name="bytes">The lease's size.</param>
    /// <param name="place">Where nobody else is at the same time, or <c>CreditStripe.Nowhere</c>.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void End(long token, long bytes, nuint place)
    {
        if (place != home.Place || !home.TryEnd(this, token, bytes))
        {
            EndOtherwise(token, bytes, place);
        }
    }

    /// <summary>Ends the lease of this token, if it is held. Only for who has the stripe to itself.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool TryEndAlone(long token)
    {
        if (_token != token)
        {
            return false;
        }

        _token = Next(token);
        return true;
    }

    private protected abstract void EndOtherwise(long token, long bytes, nuint place);

    /// <summary>Whether a slot with this token has a lease. No lease's token is 0.</summary>
    private protected static bool IsHeld(long token) => (token & One) != 0;

    /// <summary>The next token: of a lease, after one of none, and the other way round.</summary>
    private protected static long Next(long token) => unchecked(token + One);

    /// <summary>The token of a lease after one of none, at an urgency.</summary>
    private protected static long Next(long token, Urgency urgency) => Next(token & ~UrgencyMask) | (long)urgency;
}
