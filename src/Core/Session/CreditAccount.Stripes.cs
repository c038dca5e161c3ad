namespace Headroom;

/// <content>
/// Credit that is spread over those who use it. What is spread is credit of the account as before; what needs all of
/// it, or needs it to stand still, gathers it first.
/// </content>
internal sealed partial class CreditAccount
{
    // A stripe draws this part of what may be spread: enough that its owner comes seldom, little enough that the next
    // finds some too.
    private const int SpreadPart = 8;

    // New for each stripe that is added or dropped, so that who only looks needs no lock.
    private volatile CreditStripe[] _stripes = [];
    private bool _spreads;

    /// <summary>Over how many the credit is spread.</summary>
    internal int StripeCount => _stripes.Length;

    private StripeTable Table => Owner.Stripes;

    /// <summary>
    /// Sees to it that the stripe of a place can lease, and leases from it. Null when that has to be done otherwise:
    /// not spread, not allowed, or there is not enough to spread.
    /// </summary>
    /// <param name="bytes">The size.</param>
    /// <param name="urgency">The urgency.</param>
    /// <param name="place">Where nobody else is at the same time.</param>
    /// <param name="token">The lease's token.</param>
    /// <param name="look">Whether to look at the clock now.</param>
    internal StripeSlot? TryRefill(long bytes, Urgency urgency, nuint place, out long token, out bool look)
    {
        token = 0;
        look = false;
        if (urgency >= Urgency.MustSucceed || place == CreditStripe.Nowhere || !CreditStripe.IsSize(bytes))
        {
            return null;
        }

        nuint key = CreditStripe.KeyOf(place, urgency);
        if (Table.Find(key) is { } own && own.TryReady(bytes, out look))
        {
            return own.TryLease(bytes, out token);
        }

        return Volatile.Read(ref _spreads) ? TryDraw(key, bytes, out token, out look) : null;
    }

    /// <summary>
    /// Says whether credit may be spread. It is not while what comes back has to go further at once.
    /// </summary>
    internal void Spread(bool spreads)
    {
        lock (Table.Lock)
        {
            // With less than the emergency store here, what comes back fills that first.
            SetSpread(spreads && SharedBytes >= EmergencyBytes);
        }
    }

    /// <summary>
    /// Closes the account for good; another one has its places from now on. What is leased may end as before.
    /// </summary>
    internal void Retire()
    {
        Allow(0);
        lock (Table.Lock)
        {
            SetSpread(false);
            foreach (CreditStripe stripe in _stripes)
            {
                Table.Remove(stripe);
            }
        }
    }

    /// <summary>Brings all credit together; what others ended is taken in.</summary>
    internal void Gather()
    {
        foreach (CreditStripe stripe in _stripes)
        {
            if (stripe.CreditBytes > 0 || stripe.HasEnded)
            {
                lock (Table.Lock)
                {
                    Gather(_stripes);
                }

                return;
            }
        }
    }

    /// <summary>Gathers, and drops the stripes that nobody used since this was done last.</summary>
    internal void Tidy()
    {
        if (_stripes.Length == 0)
        {
            return;
        }

        lock (Table.Lock)
        {
            Gather(_stripes, drops: true);
        }
    }

    /// <summary>Gathers if others ended leases that are not yet taken in.</summary>
    internal void TakeInEnded()
    {
        if (!Array.Exists(_stripes, static stripe => stripe.HasEnded))
        {
            return;
        }

        lock (Table.Lock)
        {
            // Together: each gathering stops all processors.
            Gather(Array.FindAll(_stripes, static stripe => stripe.HasEnded));
        }
    }

    /// <summary>Takes in what waits at a stripe; what it has too much goes to what all share.</summary>
    /// <param name="stripe">The stripe.</param>
    /// <param name="own">Whether the caller owns it.</param>
    /// <param name="end">What there was no room for to wait.</param>
    internal void TakeIn(CreditStripe stripe, bool own, EndQueue.End? end)
    {
        lock (Table.Lock)
        {
            if (own && stripe.IsOpen)
            {
                stripe.TakeIn(end);
                long all = stripe.TakeCredit();
                long stays = Math.Min(all, stripe.LimitBytes / 2);
                stripe.Refill(stays, stripe.LimitBytes);
                stripe.Open();
                Interlocked.Add(ref _word, (all - stays) << MaskBits);
            }
            else
            {
                Gather([stripe], end);
            }
        }

        Owner.GaveBack(CreditBytes);
    }

    private StripeSlot? TryDraw(nuint key, long bytes, out long token, out bool look)
    {
        long left;
        StripeSlot? slot;
        token = 0;
        look = false;
        long most = Owner.HighMark / SpreadPart;
        if (bytes > most)
        {
            // It would go back with the first end.
            return null;
        }

        lock (Table.Lock)
        {
            // Not spread also when another account has the places by now: a stripe of this one must not take one.
            if (!_spreads || StripeFor(key) is not { } stripe || !MayOpen(stripe))
            {
                return null;
            }

            stripe.TakeIn(null);
            long lacks = bytes - stripe.CreditBytes;
            long batch = 0;
            if (lacks > 0 && !TryDrawBatch(lacks, stripe.Urgency, out batch))
            {
                return null;
            }

            stripe.Refill(batch, Math.Min((stripe.CreditBytes + batch) * 2, most));
            stripe.Open();
            slot = stripe.TryReady(bytes, out _) ? stripe.TryLease(bytes, out token) : null;
            left = CreditBytes;
        }

        look = true;
        Owner.Took(left, CreditStripe.UrgencyOf(key));
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

    // The known one, or a new one of the calling thread; null when there is no place for it.
    private CreditStripe? StripeFor(nuint key)
    {
        CreditStripe? stripe = Table.Find(key);
        if (stripe is not null || _stripes.Length == StripeTable.MaxStripes)
        {
            return stripe;
        }

        stripe = new CreditStripe(this, key);
        CreditStripe[] all = [.. _stripes, stripe];
        if (!Table.TryAdd(stripe))
        {
            return null;
        }

        _stripes = all;
        return stripe;
    }

    private bool MayOpen(CreditStripe stripe) =>
        _spreads
        && ((Volatile.Read(ref _word) >> (int)stripe.Urgency) & 1) != 0
        && ReferenceEquals(Table.Find(stripe.Key), stripe);

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
        if (_spreads != spreads)
        {
            Volatile.Write(ref _spreads, spreads);
            Gather(_stripes);
        }
    }

    // Closes stripes, so that they are this thread's; brings their credit here; and opens those that may be. One that
    // is closed already is this thread's without waiting for anybody.
    private void Gather(ReadOnlySpan<CreditStripe> stripes, EndQueue.End? end = null, bool drops = false)
    {
        bool waits = false;
        foreach (CreditStripe stripe in stripes)
        {
            waits |= stripe.Close();
        }

        if (waits)
        {
            Interlocked.MemoryBarrierProcessWide();
        }

        foreach (CreditStripe stripe in stripes)
        {
            stripe.AwaitOwner();
            stripe.TakeIn(end);
            Interlocked.Add(ref _word, stripe.TakeCredit() << MaskBits);
            if (drops && stripe.IsIdle())
            {
                Table.Remove(stripe);
                _stripes = [.. _stripes.Where(other => other != stripe)];
            }
            else if (MayOpen(stripe))
            {
                stripe.Open();
            }
        }
    }
}
