namespace Headroom;

/// <summary>
/// A slot of one thread's stripe: that thread takes and ends its leases with plain arithmetic. Another thread that ends
/// one says so in a word of its own, and the stripe takes that in later.
/// </summary>
/// <remarks>
/// <c>_token</c> is written only by who has the stripe to itself, <c>_endedElsewhere</c> only by others, so neither
/// needs to be exchanged with the other. When both end the same lease, the one of them that comes first in the
/// stripe's order counts: the owner finds the word set and does nothing, or the stripe finds the token moved on.
/// </remarks>
internal sealed class StripeSlot(CreditStripe home, int index) : LeaseSlot
{
    private long _token;
    private long _endedElsewhere;
    private int _queued;

    /// <summary>The place in its stripe.</summary>
    internal int Index { get; } = index;

    /// <summary>The next free slot of the stripe; meaningless while it is leased.</summary>
    internal int NextFree { get; set; }

    /// <summary>The next one among those that were ended elsewhere.</summary>
    internal StripeSlot? NextEnded { get; set; }

    /// <summary>The lease's size.</summary>
    internal long Bytes { get; private set; }

    /// <summary>Starts a lease. Only for who has the stripe to itself.</summary>
    internal long Start(long bytes, Urgency urgency)
    {
        Bytes = bytes;
        return _token = TokenAfter(_token, urgency);
    }

    /// <summary>Moves the token on, if the lease is held. Only for who has the stripe to itself.</summary>
    internal bool TryEnd(long token)
    {
        if (!Holds(token))
        {
            return false;
        }

        _token = Ended(token);
        return true;
    }

    /// <summary>
    /// Takes in what another thread may have ended, and says which lease it was. Only for who has the stripe to itself,
    /// after the slot was taken off the queue.
    /// </summary>
    internal bool TryTakeIn(out Urgency urgency)
    {
        // Off the queue before the word is read: whoever writes it later queues the slot again.
        Interlocked.Exchange(ref _queued, 0);
        long token = Volatile.Read(ref _endedElsewhere);
        urgency = UrgencyOf(token);
        if (_token != token)
        {
            return false;
        }

        _token = Ended(token);
        return true;
    }

    /// <summary>Says, for any thread, that the lease of this token is over.</summary>
    /// <returns>True when the slot has to be queued.</returns>
    internal bool EndElsewhere(long token)
    {
        while (true)
        {
            // The word before the token: one who is late with an earlier lease then finds either moved on, and cannot
            // write over what was said of a later one.
            long before = Volatile.Read(ref _endedElsewhere);
            if (before == token || Volatile.Read(ref _token) != token)
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref _endedElsewhere, token, before) == before)
            {
                return Interlocked.Exchange(ref _queued, 1) == 0;
            }
        }
    }

    internal override long Leases => LeasesUpTo(Volatile.Read(ref _token));

    internal override bool Holds(long token) =>
        Volatile.Read(ref _token) == token && Volatile.Read(ref _endedElsewhere) != token;

    internal override void End(long token) => home.End(this, token);
}
