using System.Runtime.CompilerServices;

namespace Headroom;

/// <summary>A subsystem's stripes by place and urgency: found without a lock, changed under one.</summary>
internal sealed class StripeTable
{
    /// <summary>Who comes after so many leases from what is not spread.</summary>
    internal const int MaxStripes = Places / 2;

    private const int PlaceBits = 8;
    private const int Places = 1 << PlaceBits;

    // A stripe is at the place that its key says or at one of those that follow; at the first two it is found fastest.
    private const int Probes = 8;

    // Nobody's where there is none.
    private Entries _entries;

    // Leases of stripes that are here no more.
    private ByUrgency _gone;

    internal StripeTable() => ((Span<CreditStripe>)_entries).Fill(CreditStripe.Nobodys);

    /// <summary>For all that changes stripes, or needs them to stand still.</summary>
    internal Lock Lock { get; } = new();

    /// <summary>
    /// Leases from the stripe of a place. Null when that has to be done otherwise, also for sizes that no lease has.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal StripeSlot? TryLease(long bytes, Urgency urgency, nuint place, out long token)
    {
        // Emergency credit is never spread, so must-succeed does not lease from stripes.
        if (urgency < Urgency.MustSucceed)
        {
            nuint key = CreditStripe.KeyOf(place, urgency);
            int at = IndexOf(key);
            CreditStripe stripe = _entries[at];
            if (stripe.Key == key || (stripe = _entries[at + 1]).Key == key)
            {
                return stripe.TryLease(bytes, out token);
            }
        }

        token = 0;
        return null;
    }

    /// <summary>How many leases there have been at each urgency.</summary>
    internal ByUrgency Count()
    {
        lock (Lock)
        {
            ByUrgency leases = _gone;
            foreach (CreditStripe stripe in _entries)
            {
                leases[stripe.Urgency] += stripe.Leases;
            }

            return leases;
        }
    }

    internal CreditStripe? Find(nuint key)
    {
        for (int i = 0; i < Probes; i++)
        {
            CreditStripe stripe = Volatile.Read(ref Entry(key, i));
            if (stripe.Key == key)
            {
                return stripe;
            }
        }

        return null;
    }

    /// <summary>Adds a stripe whose key is not here; false when there is no place for it. Under the lock.</summary>
    internal bool TryAdd(CreditStripe stripe)
    {
        for (int i = 0; i < Probes; i++)
        {
            ref CreditStripe entry = ref Entry(stripe.Key, i);
            if (entry == CreditStripe.Nobodys)
            {
                Volatile.Write(ref entry, stripe);
                return true;
            }
        }

        return false;
    }

    /// <summary>Takes a stripe out, if it is here. Under the lock.</summary>
    internal void Remove(CreditStripe stripe)
    {
        for (int i = 0; i < Probes; i++)
        {
            ref CreditStripe entry = ref Entry(stripe.Key, i);
            if (entry == stripe)
            {
                _gone[stripe.Urgency] += stripe.Leases;
                Volatile.Write(ref entry, CreditStripe.Nobodys);
            }
        }
    }

    // Neighbours in memory are to be far apart here: stacks are, and so are the pages of one.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int IndexOf(nuint key) => unchecked((int)(((uint)key * 0x9E3779B9) >> (32 - PlaceBits)));

    private ref CreditStripe Entry(nuint key, int probe) => ref _entries[IndexOf(key) + probe];

    [InlineArray(Places + Probes)]
    private struct Entries
    {
        private CreditStripe _first;
    }
}
