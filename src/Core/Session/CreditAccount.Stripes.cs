namespace Headroom;

/// <content>
/// Credit that is spread over the threads that use it. What is spread is credit of the account as before; what needs
/// all of it, or needs it to stand still, gathers it first.
/// </content>
internal sealed partial class CreditAccount
{
    /// <summary>More threads than this share what is not spread.</summary>
    private const int MaxStripes = 64;

    /// <summary>Thread ids from here on do not get a stripe: the table of stripes is by id.</summary>
    private const int MaxThreadId = 4096;

    // A thread draws this part of what may be spread: enough that it comes seldom, little enough that the next finds
    // some too.
    private const int SpreadPart = 8;

    // Emergency credit is never spread, so must-succeed does not lease from stripes.
    private const int SpreadUrgencies = (1 << (int)Urgency.MustSucceed) - 1;

    private readonly Lock _stripeLock = new();

    // By thread id; a new table for each new stripe, so that readers need no lock.
    private volatile CreditStripe?[] _stripes = [];
    private int _stripeCount;
    private bool _spreads;

    /// <summary>How many leases threads have made from what was spread to them.</summary>
    internal long SpreadLeases
    {
        get
        {
            long leases = 0;
            foreach (CreditStripe? stripe in _stripes)
            {
                leases += stripe?.Leases ?? 0;
            }

            return leases;
        }
    }

    /// <summary>
    /// Leases from the calling thread's stripe. Null when that has to be done otherwise: not spread, not allowed, or
    /// there is not enough to spread.
    /// </summary>
    /// <param name="bytes">The size.</param>
    /// <param name="urgency">The urgency.</param>
    /// <param name="token">The lease's token.</param>
    /// <param name="look">Whether to look at the clock now.</param>
    internal LeaseSlot? TryLease(long bytes, Urgency urgency, out long token, out bool look)
    {
        CreditStripe?[] stripes = _stripes;
        int thread = ThisThread.Id;
        if ((uint)thread < (uint)stripes.Length
            && stripes[thread] is { } stripe
            && stripe.TryLease(bytes, urgency, out token, out look) is { } slot)
        {
            return slot;
        }

        return Volatile.Read(ref _spreads)
            ? TryRefill(thread, bytes, urgency, out token, out look)
            : None(out token, out look);
    }

    /// <summary>
    /// Says whether credit may be spread. It is not while what comes back has to go further at once.
    /// </summary>
    internal void Spread(bool spreads)
    {
        lock (_stripeLock)
        {
            // With less than the emergency store here, what comes back fills that first.
            SetSpread(spreads && SharedBytes >= EmergencyBytes);
        }
    }

    /// <summary>Brings all credit together; what other threads ended is taken in.</summary>
    internal void Gather()
    {
        foreach (CreditStripe? stripe in _stripes)
        {
            if (stripe is not null && (stripe.CreditBytes > 0 || stripe.HasEnded))
            {
                lock (_stripeLock)
                {
                    Gather(_stripes);
                }

                return;
            }
        }
    }

    /// <summary>Gathers if other threads ended leases that are not yet taken in.</summary>
    internal void TakeInEnded()
    {
        foreach (CreditStripe? stripe in _stripes)
        {
            if (stripe is { HasEnded: true })
            {
                lock (_stripeLock)
                {
                    Gather([stripe]);
                }
            }
        }
    }

    /// <summary>The calling thread's stripe has more than it should: half of what it may have stays.</summary>
    internal void Spill(CreditStripe stripe)
    {
        lock (_stripeLock)
        {
            long all = stripe.TakeCredit();
            long stays = Math.Min(all, stripe.Limit / 2);
            stripe.AddCredit(stays);
            Interlocked.Add(ref _word, (all - stays) << MaskBits);
        }

        Owner.GaveBack(CreditBytes);
    }

    /// <summary>Another thread than the owner ended a lease of a stripe.</summary>
    internal void EndedElsewhere(CreditStripe stripe, long waitingBytes)
    {
        // The owner may change the limit meanwhile; then this comes a little sooner or later.
        if (stripe.IsOpen && waitingBytes <= stripe.Limit)
        {
            return;
        }

        lock (_stripeLock)
        {
            Gather([stripe]);
        }

        Owner.GaveBack(CreditBytes);
    }

    private static LeaseSlot? None(out long token, out bool look)
    {
        token = 0;
        look = false;
        return null;
    }

    private LeaseSlot? TryRefill(int thread, long bytes, Urgency urgency, out long token, out bool look)
    {
        long left;
        LeaseSlot? slot;
        lock (_stripeLock)
        {
            if (!_spreads || urgency == Urgency.MustSucceed || StripeOf(thread) is not { IsOpen: true } stripe)
            {
                return None(out token, out look);
            }

            stripe.TakeIn();
            long lacks = bytes - stripe.CreditBytes;
            long batch = 0;
            if (lacks > 0 && !TryDrawBatch(lacks, urgency, out batch))
            {
                return None(out token, out look);
            }

            stripe.AddCredit(batch);
            stripe.Limit = Math.Min(stripe.CreditBytes * 2, Owner.HighMark / SpreadPart);
            slot = stripe.TryLease(bytes, urgency, out token, out look);
            left = CreditBytes;
        }

        look = true;
        Owner.Took(left, urgency);
        return slot;
    }

    // Only what is beyond the emergency store.
    private bool TryDrawBatch(long atLeast, Urgency urgency, out long batch)
    {
        long word = Volatile.Read(ref _word);
        while (true)
        {
            long spare = (word >> MaskBits) - EmergencyBytes;
            batch = Math.Max(atLeast, spare / SpreadPart);
            if (((word >> (int)urgency) & 1) == 0 || batch > spare)
            {
                return false;
            }

            long seen = Interlocked.CompareExchange(ref _word, word - (batch << MaskBits), word);
            if (seen == word)
            {
                return true;
            }

            word = seen;
        }
    }

    private CreditStripe? StripeOf(int thread)
    {
        CreditStripe?[] stripes = _stripes;
        if (thread < stripes.Length && stripes[thread] is { } known)
        {
            return known;
        }

        if (_stripeCount == MaxStripes || thread >= MaxThreadId)
        {
            return null;
        }

        var stripe = new CreditStripe(this, thread);
        stripe.Say(StripeFlags());
        var more = new CreditStripe?[Math.Max(stripes.Length, thread + 1)];
        stripes.CopyTo(more, 0);
        more[thread] = stripe;
        _stripes = more;
        _stripeCount++;
        return stripe;
    }

    private int StripeFlags() =>
        _spreads ? CreditStripe.Open | (int)(Volatile.Read(ref _word) & SpreadUrgencies) : 0;

    // What comes back then fills the emergency store before anything else.
    private void StopSpreadingIfShort()
    {
        if (Volatile.Read(ref _spreads) && SharedBytes < EmergencyBytes)
        {
            Spread(false);
        }
    }

    private void SetSpread(bool spreads)
    {
        if (_spreads == spreads)
        {
            return;
        }

        Volatile.Write(ref _spreads, spreads);
        Gather(_stripes);
    }

    // Closes stripes, so that they are this thread's; brings their credit here; and says what holds from now on.
    private void Gather(ReadOnlySpan<CreditStripe?> stripes)
    {
        foreach (CreditStripe? stripe in stripes)
        {
            stripe?.Say(0);
        }

        Interlocked.MemoryBarrierProcessWide();
        int flags = StripeFlags();
        foreach (CreditStripe? stripe in stripes)
        {
            if (stripe is not null)
            {
                stripe.AwaitOwner();
                stripe.TakeIn();
                Interlocked.Add(ref _word, stripe.TakeCredit() << MaskBits);
                stripe.Say(flags);
            }
        }
    }

    // More may be allowed without waiting for anybody; less may not.
    private void SayAllowed(bool less)
    {
        if (less)
        {
            Gather(_stripes);
            return;
        }

        int flags = StripeFlags();
        foreach (CreditStripe? stripe in _stripes)
        {
            stripe?.Say(flags);
        }
    }
}
