using System.Runtime.CompilerServices;

namespace Headroom;

/// <summary>
/// What others than a stripe's owner have ended of its leases: added by any thread without a lock, taken by one.
/// </summary>
internal sealed class EndQueue
{
    private const int Size = 32;

    private Entries _entries;
    private long _taken;
    private long _added;
    private long _bytes;

    internal bool IsEmpty => Volatile.Read(ref _taken) == Volatile.Read(ref _added);

    /// <summary>Adds one.</summary>
    /// <param name="end">What is added.</param>
    /// <param name="waitingBytes">The bytes that wait then.</param>
    /// <returns>False when there is no room for it.</returns>
    internal bool TryAdd(in End end, out long waitingBytes)
    {
        long at = Volatile.Read(ref _added);
        while (at - Volatile.Read(ref _taken) < Size)
        {
            long seen = Interlocked.CompareExchange(ref _added, at + 1, at);
            if (seen == at)
            {
                ref Entry entry = ref _entries[(int)(at % Size)];
                entry.End = end;
                waitingBytes = Interlocked.Add(ref _bytes, end.Bytes);
                Volatile.Write(ref entry.Number, at + 1);
                return true;
            }

            at = seen;
        }

        waitingBytes = 0;
        return false;
    }

    /// <summary>Takes the first. Only for one at a time.</summary>
    /// <returns>Null when there is none, or whoever adds it has not done so yet.</returns>
    internal End? TryTake()
    {
        ref Entry entry = ref _entries[(int)(_taken % Size)];
        if (Volatile.Read(ref entry.Number) != _taken + 1)
        {
            return null;
        }

        End end = entry.End;
        Interlocked.Add(ref _bytes, -end.Bytes);
        Volatile.Write(ref _taken, _taken + 1);
        return end;
    }

    /// <summary>The end of a lease.</summary>
    /// <param name="Slot">Where it was.</param>
    /// <param name="Token">Its token.</param>
    /// <param name="Bytes">Its size.</param>
    internal readonly record struct End(StripeSlot Slot, long Token, long Bytes);

    private struct Entry
    {
        internal End End;

        // One more than how many were added before; 0 before the first.
        internal long Number;
    }

    [InlineArray(Size)]
    private struct Entries
    {
        private Entry _first;
    }
}
