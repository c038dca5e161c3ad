using System.Runtime.CompilerServices;

namespace Headroom;

/// <summary>
/// A slot of a stripe: the stripe's owner takes and ends its leases with plain arithmetic. Who else ends one says so in
/// a word of its own, and the stripe takes that in later.
/// </summary>
/// <remarks>
/// The token is written only by who has the stripe to itself, <c>_endedElsewhere</c> only by others, so neither needs
/// to be exchanged with the other. When both end the same lease, the one of them that comes first in the stripe's order
/// counts: the stripe finds the token moved on, or the owner does.
/// </remarks>
internal sealed class StripeSlot : LeaseSlot
{
    private long _endedElsewhere;

    internal StripeSlot(CreditStripe home)
        : base(home) => Token = (long)home.Urgency;

    /// <summary>Whether a lease can start here. Only for who has the stripe to itself.</summary>
    internal bool IsFree => !IsHeld(Token);

    /// <summary>Starts a lease, if none is held here. Only for who has the stripe to itself.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool TryStart(out long token)
    {
        token = Token;
        if (IsHeld(token))
        {
            return false;
        }

        token = Next(token);
        Token = token;
        return true;
    }

    /// <summary>Says, for any thread, that the lease of this token is over.</summary>
    /// <returns>False when it was over already.</returns>
    internal bool TrySayEnded(long token)
    {
        while (true)
        {
            // The word before the token: one who is late with an earlier lease then finds either moved on, and cannot
            // write over what was said of a later one.
            long before = Volatile.Read(ref _endedElsewhere);
            if (before == token || Volatile.Read(ref Token) != token)
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref _endedElsewhere, token, before) == before)
            {
                return true;
            }
        }
    }

    internal override bool Holds(long token) =>
        Volatile.Read(ref Token) == token && Volatile.Read(ref _endedElsewhere) != token;

    private protected override void EndOtherwise(long token, long bytes, nuint place) =>
        Home.EndOtherwise(this, token, bytes, place);
}
