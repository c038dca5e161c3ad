using System.Runtime.InteropServices;

namespace Headroom;

/// <summary>
/// The part of an account's credit that one thread leases from and gives back to with plain arithmetic: no atomic
/// operation, no shared cache line, no message.
/// </summary>
/// <remarks>
/// <para>
/// <b>Who may change it.</b> The owner, while it says that it is busy and has then seen the stripe open; or whoever has
/// the account's stripe lock and has the stripe closed: after closing it, after a barrier on all processors, and after
/// the owner was seen not busy. The owner needs no barrier of its own, because the other side has one for both: either
/// its closing is seen by the owner, or the owner's being busy is seen by it. The owner itself, when it holds that
/// lock, has the stripe to itself too.
/// </para>
/// <para>
/// The owner is a managed thread id. An id is used anew only after its thread has ended, and the new thread then owns
/// what the ended one left.
/// </para>
/// <para>
/// What other threads end is queued, and is leased until it is taken in: when the owner runs out of credit, when the
/// account is gathered, and when more than <see cref="Limit"/> waits there.
/// </para>
/// </remarks>
internal sealed class CreditStripe(CreditAccount account, int owner)
{
    /// <summary>Beside the bits of the urgencies that may take: the owner may work here.</summary>
    internal const int Open = 1 << ByUrgency.Levels;

    // The clock is looked at once in so many bytes, and a small lease counts as some: a look costs as much as five
    // leases. So little may a thread lease from credit that lapsed while the process stood still, until the session's
    // own timer closes the stripe.
    private const long BytesPerLook = 1 << 20;
    private const long LeastCounted = BytesPerLook / 32;

    private StripeSlot[] _slots = [];
    private StripeSlot? _ended;
    private long _endedBytes;
    private Hot _hot = new() { Free = -1 };

    internal CreditAccount Account { get; } = account;

    /// <summary>Credit here. A moment's picture for others.</summary>
    internal long CreditBytes => Volatile.Read(ref _hot.Credit);

    /// <summary>
    /// Credit above this goes back to what all share. Only for who has the stripe to itself.
    /// </summary>
    internal long Limit { get; set; }

    /// <summary>Whether something was ended by other threads and is not yet taken in.</summary>
    internal bool HasEnded => Volatile.Read(ref _ended) is not null;

    /// <summary>Whether the owner may work. Under the account's stripe lock.</summary>
    internal bool IsOpen => (_hot.Flags & Open) != 0;

    /// <summary>Leases from credit, by the owner, if that urgency may and the stripe has enough.</summary>
    /// <param name="bytes">The size.</param>
    /// <param name="urgency">The urgency.</param>
    /// <param name="token">The lease's token.</param>
    /// <param name="look">Whether to look at the clock now.</param>
    /// <returns>The slot; null when it has to be done otherwise.</returns>
    internal StripeSlot? TryLease(long bytes, Urgency urgency, out long token, out bool look)
    {
        StripeSlot? slot = null;
        token = 0;
        look = false;
        Volatile.Write(ref _hot.Busy, 1);
        if (((Volatile.Read(ref _hot.Flags) >> (int)urgency) & 1) != 0)
        {
            // Read after the flags: before, they could be what the stripe had until it was gathered.
            long left = _hot.Credit - bytes;
            int free = _hot.Free;
            if (left >= 0 && free >= 0)
            {
                slot = _slots[free];
                _hot.Free = slot.NextFree;
                _hot.Credit = left;
                _hot.Leased[(int)urgency] += bytes;
                token = slot.Start(bytes, urgency);
                long unseen = _hot.SinceLook + Math.Max(bytes, LeastCounted);
                look = unseen >= BytesPerLook;
                _hot.SinceLook = look ? 0 : unseen;
            }
        }

        Volatile.Write(ref _hot.Busy, 0);
        return slot;
    }

    /// <summary>Ends a lease of this stripe, from any thread.</summary>
    internal void End(StripeSlot slot, long token)
    {
        if (owner == ThisThread.Id && TryEnd(slot, token, out bool over))
        {
            if (over)
            {
                Account.Spill(this);
            }

            return;
        }

        if (!slot.EndElsewhere(token))
        {
            return;
        }

        // What the slot says it had is a hint here: the owner may be using it anew already.
        long waits = Interlocked.Add(ref _endedBytes, slot.Bytes);
        StripeSlot? first = Volatile.Read(ref _ended);
        while (true)
        {
            slot.NextEnded = first;
            StripeSlot? seen = Interlocked.CompareExchange(ref _ended, slot, first);
            if (seen == first)
            {
                break;
            }

            first = seen;
        }

        Account.EndedElsewhere(this, waits);
    }

    /// <summary>Says what the owner may do. Whoever takes something away waits for the owner after a barrier.</summary>
    internal void Say(int flags) => Volatile.Write(ref _hot.Flags, flags);

    /// <summary>Waits until the owner has seen what was said before the barrier.</summary>
    internal void AwaitOwner()
    {
        var wait = new SpinWait();
        while (Volatile.Read(ref _hot.Busy) != 0)
        {
            wait.SpinOnce();
        }
    }

    /// <summary>
    /// Takes in what other threads have ended. Only for who has the stripe to itself.
    /// </summary>
    internal void TakeIn()
    {
        if (_ended is null)
        {
            return;
        }

        Volatile.Write(ref _endedBytes, 0);
        StripeSlot? slot = Interlocked.Exchange(ref _ended, null);
        while (slot is not null)
        {
            // Read before the slot may be queued again.
            StripeSlot? next = slot.NextEnded;
            slot.NextEnded = null;
            if (slot.TryTakeIn(out Urgency urgency))
            {
                Free(slot, urgency);
            }

            slot = next;
        }
    }

    /// <summary>Takes all credit out. Only for who has the stripe to itself.</summary>
    internal long TakeCredit()
    {
        long credit = _hot.Credit;
        _hot.Credit = 0;
        return credit;
    }

    /// <summary>Adds credit, and slots when there is none left. Only for who has the stripe to itself.</summary>
    internal void AddCredit(long bytes)
    {
        Volatile.Write(ref _hot.Credit, _hot.Credit + bytes);
        if (_hot.Free >= 0)
        {
            return;
        }

        int had = _slots.Length;
        var slots = new StripeSlot[Math.Max(16, had * 2)];
        _slots.CopyTo(slots, 0);
        for (int i = slots.Length - 1; i >= had; i--)
        {
            slots[i] = new StripeSlot(this, i) { NextFree = _hot.Free };
            _hot.Free = i;
        }

        _slots = slots;
    }

    /// <summary>How many leases were made here. A moment's picture for others.</summary>
    internal long Leases
    {
        get
        {
            long leases = 0;
            foreach (StripeSlot slot in Volatile.Read(ref _slots))
            {
                leases += slot.Leases;
            }

            return leases;
        }
    }

    /// <summary>What is leased here at an urgency. A moment's picture for others.</summary>
    internal long LeasedBytes(int level) => Volatile.Read(ref _hot.Leased[level]);

    private bool TryEnd(StripeSlot slot, long token, out bool over)
    {
        over = false;
        Volatile.Write(ref _hot.Busy, 1);
        bool open = (Volatile.Read(ref _hot.Flags) & Open) != 0;
        if (open && slot.TryEnd(token))
        {
            Free(slot, LeaseSlot.UrgencyOf(token));
            over = _hot.Credit > Limit;
        }

        Volatile.Write(ref _hot.Busy, 0);
        return open;
    }

    private void Free(StripeSlot slot, Urgency urgency)
    {
        long bytes = slot.Bytes;
        _hot.Leased[(int)urgency] -= bytes;
        _hot.Credit += bytes;
        slot.NextFree = _hot.Free;
        _hot.Free = slot.Index;
    }

    /// <summary>
    /// What each lease touches, and room behind it: two threads' stripes share no cache line, nor one that is fetched
    /// with another's.
    /// </summary>
    [StructLayout(LayoutKind.Sequential, Size = 256)]
    private struct Hot
    {
        internal long Credit;
        internal ByUrgency Leased;
        internal int Free;
        internal int Busy;
        internal int Flags;
        internal long SinceLook;
    }
}
