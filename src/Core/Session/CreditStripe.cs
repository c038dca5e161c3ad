using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Headroom;

/// <summary>
/// The part of an account's credit that one owner leases from, at one urgency, and gives back to with plain arithmetic:
/// no atomic operation, no shared cache line, no message.
/// </summary>
/// <remarks>
/// <para>
/// <b>The owner</b> is who works at the stripe's place. At a place there is one at a time: that is the caller's
/// promise, and its cheapest proof is a page of the stack that it runs on. The thread that made the stripe is the owner
/// as well, wherever it works: the place is on its stack for as long as it lives.
/// </para>
/// <para>
/// <b>One word is the owner's</b>: what is out. The account, under its stripe lock, writes between which bounds it may
/// move. The owner makes the word negative, then looks at a bound, then writes where the word goes, or where it was if
/// that is out of bounds. So one comparison says that the stripe is open and that there is enough.
/// </para>
/// <para>
/// <b>Closing.</b> Who closes leaves the word no room, makes all processors pass a barrier, and waits while it is
/// negative: from then on it has the stripe to itself. The owner needs no barrier of its own, because the other side
/// has one for both: either its bounds are seen by the owner, or the negative word is seen by it. The owner has the
/// stripe to itself, too, while it holds the stripe lock.
/// </para>
/// <para>
/// What others end is queued, and counts as leased until it is taken in: when the owner runs out of credit, when the
/// account is gathered or reported, and when much waits there.
/// </para>
/// </remarks>
internal sealed partial class CreditStripe
{
    /// <summary>The place of nobody.</summary>
    internal const nuint Nowhere = 0;

    /// <summary>The stripe of slots that are in none: nobody works there.</summary>
    internal static readonly CreditStripe Nobodys = new();

    /// <summary>More than this is never leased from a stripe; such sizes can be added up.</summary>
    internal const long MaxLeaseBytes = 1L << 48;

    /// <summary>The bits that every place leaves free.</summary>
    private const nuint UrgencyMask = 3;

    // Others' ends are taken in, when the owner does not come to it, in so many of them at least: a barrier on all
    // processors costs as much as hundreds of leases.
    private const long EndsPerGather = 16;

    private readonly CreditAccount? _account;
    private readonly long _thread;

    private readonly EndQueue _ended = new();

    // Written by who has the stripe to itself: what there is, leased or not; what of it was taken out and ended by
    // others; how much of it may lie here unused; and how many leases there were when it was asked last.
    private long _held;
    private long _takenIn;
    private long _limit;
    private long _leasesBefore;

    private Hot _hot;

    /// <summary>A closed and empty stripe of the calling thread.</summary>
    /// <param name="account">The account that its credit is in.</param>
    /// <param name="key">Place and urgency: <see cref="KeyOf"/>.</param>
    internal CreditStripe(CreditAccount account, nuint key)
    {
        (_account, Key, Place) = (account, key, key & ~UrgencyMask);
        _thread = ThisThread.Number;
        FillRing();
        Close();
    }

    private CreditStripe() => Close();

    internal nuint Key { get; }

    internal nuint Place { get; }

    internal Urgency Urgency => UrgencyOf(Key);

    /// <summary>
    /// Credit here. Exact for who has the stripe to itself, a moment's picture for others.
    /// </summary>
    internal long CreditBytes => Math.Max(0, Volatile.Read(ref _held) - LeasedBytes);

    /// <summary>What is leased from here, as exact as the credit.</summary>
    internal long LeasedBytes => Math.Max(0, OutBytes - Volatile.Read(ref _takenIn));

    /// <summary>More credit than this is not to lie here.</summary>
    internal long LimitBytes => Volatile.Read(ref _limit);

    /// <summary>Whether something was ended by others and is not yet taken in.</summary>
    internal bool HasEnded => !_ended.IsEmpty;

    /// <summary>Whether the owner may work.</summary>
    internal bool IsOpen => Volatile.Read(ref _hot.Most) >= 0;

    // While the owner is at work, what it was before.
    private long OutBytes
    {
        get
        {
            long word = Volatile.Read(ref _hot.Out);
            return word < 0 ? ~word : word;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static nuint KeyOf(nuint place, Urgency urgency) => place | (nuint)urgency;

    internal static Urgency UrgencyOf(nuint key) => (Urgency)(key & UrgencyMask);

    /// <summary>Whether a lease may have this size.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool IsSize(long bytes) => unchecked((ulong)bytes - 1) < MaxLeaseBytes;

    /// <summary>Leases from credit, by the owner, if the stripe is open, has enough, and a slot is at hand.</summary>
    /// <returns>The slot; null when it has to be done otherwise, also for sizes that no lease has.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal StripeSlot? TryLease(long bytes, out long token)
    {
        if (IsSize(bytes))
        {
            long before = _hot.Out;
            long after = unchecked(before + bytes);
            Volatile.Write(ref _hot.Out, ~before);
            if (after <= Volatile.Read(ref _hot.Most))
            {
                int at = _hot.Cursor;
                if (unchecked((uint)at) < RingSize)
                {
                    StripeSlot slot = _ring[at];
                    if (slot.TryStart(out token))
                    {
                        _hot.Cursor = unchecked(at + 1);
                        Volatile.Write(ref _hot.Out, after);
                        return slot;
                    }
                }
            }

            Volatile.Write(ref _hot.Out, before);
        }

        token = 0;
        return null;
    }

    /// <summary>Sees to it that a free slot is at hand, by the owner.</summary>
    /// <param name="bytes">The size of the lease that it is for: one that a lease may have.</param>
    /// <param name="look">Whether to look at the clock now.</param>
    /// <returns>False when the stripe is closed or has not enough.</returns>
    internal bool TryReady(long bytes, out bool look)
    {
        // Not at work: what follows may need memory, and nobody else touches it.
        bool ready = _hot.Out + bytes <= Volatile.Read(ref _hot.Most);
        look = ready && PlaceSlot();
        return ready;
    }

    /// <summary>Ends a lease of this stripe, by the owner.</summary>
    /// <returns>False when it has to be done otherwise, or was done before.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool TryEnd(LeaseSlot slot, long token, long bytes)
    {
        long before = _hot.Out;
        long after = unchecked(before - bytes);
        Volatile.Write(ref _hot.Out, ~before);
        if (after >= Volatile.Read(ref _hot.Least) && slot.TryEndAlone(token))
        {
            Volatile.Write(ref _hot.Out, after);
            return true;
        }

        Volatile.Write(ref _hot.Out, before);
        return false;
    }

    /// <summary>
    /// Ends a lease of this stripe, by whoever. What is too much here goes to what all share, and so does what waits
    /// for the owner too long.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal void EndOtherwise(StripeSlot slot, long token, long bytes, nuint place)
    {
        bool own = place == Place || ThisThread.Number == _thread;
        if ((own && TryEnd(slot, token, bytes)) || !slot.TrySayEnded(token))
        {
            return;
        }

        var end = new EndQueue.End(slot, token, bytes);
        bool waits = _ended.TryAdd(end, out long waitingBytes);
        if (own || !IsOpen || !waits || waitingBytes > Math.Max(LimitBytes, bytes * EndsPerGather))
        {
            _account!.TakeIn(this, own, waits ? null : end);
        }
    }

    /// <summary>
    /// Lets the owner work no more. A barrier on all processors and <see cref="AwaitOwner"/> have to follow. Under the
    /// account's stripe lock.
    /// </summary>
    /// <returns>Whether the stripe was open.</returns>
    internal bool Close()
    {
        bool open = IsOpen;
        Volatile.Write(ref _hot.Most, -1);
        Volatile.Write(ref _hot.Least, long.MaxValue);
        return open;
    }

    /// <summary>Waits until the owner has seen what was written before the barrier.</summary>
    internal void AwaitOwner()
    {
        var wait = new SpinWait();
        while (Volatile.Read(ref _hot.Out) < 0)
        {
            wait.SpinOnce();
        }
    }

    /// <summary>Lets the owner work. Only for who has the stripe to itself.</summary>
    internal void Open()
    {
        long most = _held + _takenIn;
        Volatile.Write(ref _hot.Least, Math.Max(0, most - _limit));
        Volatile.Write(ref _hot.Most, most);
    }

    /// <summary>Takes in what others have ended. Only for who has the stripe to itself.</summary>
    /// <param name="more">What there was no room for to wait; null for none.</param>
    internal void TakeIn(EndQueue.End? more)
    {
        TakeInOne(more);
        while (_ended.TryTake() is { } end)
        {
            TakeInOne(end);
        }
    }

    /// <summary>Takes all credit out. Only for who has the stripe to itself.</summary>
    internal long TakeCredit()
    {
        long leased = OutBytes - _takenIn;
        long credit = _held - leased;
        if (leased < 0 || credit < 0)
        {
            throw new InvalidOperationException(
                $"I3 does not hold in a stripe: of {_held} bytes {leased} are leased.");
        }

        Volatile.Write(ref _held, leased);
        return credit;
    }

    /// <summary>
    /// Adds credit, and says how much may lie here. Only for the owner, under the account's stripe lock.
    /// </summary>
    internal void Refill(long bytes, long limit)
    {
        // The word would only grow, if others alone ended.
        Volatile.Write(ref _hot.Out, LeasedBytes);
        Volatile.Write(ref _takenIn, 0);
        Volatile.Write(ref _held, _held + bytes);
        Volatile.Write(ref _limit, limit);
    }

    /// <summary>
    /// Whether nobody leased since this was asked last, and nothing is leased. Only for who has the stripe to itself.
    /// </summary>
    internal bool IsIdle()
    {
        bool idle = Leases == _leasesBefore && LeasedBytes == 0;
        _leasesBefore = Leases;
        return idle;
    }

    private void TakeInOne(EndQueue.End? end)
    {
        if (end is { } it && it.Slot.TryEndAlone(it.Token))
        {
            Volatile.Write(ref _takenIn, _takenIn + it.Bytes);
        }
    }

    /// <summary>
    /// What each lease touches, and room around it: no other object's data is in the same cache line, or in one that is
    /// fetched with it.
    /// </summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Hot
    {
        [FieldOffset(96)]
        internal long Out;

        [FieldOffset(104)]
        internal long Most;

        [FieldOffset(112)]
        internal long Least;

        [FieldOffset(120)]
        internal int Cursor;
    }
}
