using System.Runtime.CompilerServices;

namespace Headroom;

/// <content>
/// The slots of its leases, which are the owner's alone: a ring, in which those that are not yet ended when their turn
/// comes give way to others.
/// </content>
internal sealed partial class CreditStripe
{
    // So many leases may be held at once before slots have to be looked for.
    private const int RingSize = 64;

    // So many are asked whether they are free again before there is one more: few enough to be quick, and more than
    // one, so that those that are held for long do not hide the others.
    private const int MostAsked = 4;

    // The clock is looked at once in so many leases: a look costs as much as some. So few may be leased from credit
    // that lapsed while the process stood still, until the session's own timer closes the stripe.
    private const long LeasesPerLook = 4 * RingSize;

    private readonly Queue<StripeSlot> _away = new();
    private Ring _ring;
    private long _rounds;

    /// <summary>How many leases there have been. A moment's picture, and at the end of a round none of it.</summary>
    internal long Leases => Volatile.Read(ref _rounds) + Volatile.Read(ref _hot.Cursor);

    private void FillRing()
    {
        for (int i = 0; i < RingSize; i++)
        {
            _ring[i] = new StripeSlot(this);
        }
    }

    // Sees to it that the cursor is at a free slot, and says whether to look at the clock.
    private bool PlaceSlot()
    {
        int at = _hot.Cursor;
        bool look = false;
        if (at == RingSize)
        {
            at = 0;
            long leases = _rounds + RingSize;
            Volatile.Write(ref _rounds, leases);
            look = leases % LeasesPerLook == 0;
        }

        if (!_ring[at].IsFree)
        {
            _ring[at] = InPlaceOf(_ring[at]);
        }

        _hot.Cursor = at;
        return look;
    }

    private StripeSlot InPlaceOf(StripeSlot held)
    {
        _away.Enqueue(held);
        for (int i = 0; i < MostAsked; i++)
        {
            StripeSlot first = _away.Dequeue();
            if (first.IsFree)
            {
                return first;
            }

            _away.Enqueue(first);
        }

        return new StripeSlot(this);
    }

    [InlineArray(RingSize)]
    private struct Ring
    {
        private StripeSlot _first;
    }
}
