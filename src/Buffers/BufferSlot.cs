using System.Buffers;
using System.Collections.Concurrent;

namespace Headroom.Buffers;

/// <summary>
/// Where a rented buffer keeps its array and lease; used again by later rents. A buffer is a slot and the version that
/// it had when it was taken. Ending moves the version on, so that only one of all copies ends a rent, and none ends a
/// later one in the same slot.
/// </summary>
internal sealed class BufferSlot
{
    // Each thread keeps a few free slots to itself; the others are shared. There are never more slots than buffers were
    // rented at once, and these few for each thread.
    private const int MaxOwn = 32;

    private static readonly ConcurrentQueue<BufferSlot> Shared = new();

    [ThreadStatic]
    private static BufferSlot? _ownFree;

    [ThreadStatic]
    private static int _ownCount;

    private byte[]? _array;
    private MemoryLease _lease;
    private BufferSlot? _next;
    private long _version;

    /// <summary>Rents an array of so many bytes under this lease.</summary>
    internal static LeasedBuffer Rent(int bytes, MemoryLease lease)
    {
        byte[] array;
        try
        {
            array = ArrayPool<byte>.Shared.Rent(bytes);
        }
        catch
        {
            lease.Dispose();
            throw;
        }

        BufferSlot slot = Take();
        slot._array = array;
        slot._lease = lease;
        return new LeasedBuffer(slot, Volatile.Read(ref slot._version));
    }

    internal bool IsRented(long version) => Volatile.Read(ref _version) == version;

    /// <summary>The array of this rent; null when the rent has ended.</summary>
    internal byte[]? ArrayOf(long version)
    {
        // Read before the version: a slot that is used anew has another one.
        byte[]? array = Volatile.Read(ref _array);
        return IsRented(version) ? array : null;
    }

    /// <summary>Ends this rent. Only the first call does anything, of all threads.</summary>
    internal void End(long version)
    {
        if (Interlocked.CompareExchange(ref _version, version + 1, version) != version)
        {
            return;
        }

        byte[] array = _array!;
        MemoryLease lease = _lease;
        _array = null;
        _lease = default;
        ArrayPool<byte>.Shared.Return(array);
        lease.Dispose();
        GiveBack(this);
    }

    private static BufferSlot Take()
    {
        if (_ownFree is { } slot)
        {
            _ownFree = slot._next;
            _ownCount--;
            return slot;
        }

        return Shared.TryDequeue(out slot) ? slot : new BufferSlot();
    }

    private static void GiveBack(BufferSlot slot)
    {
        if (_ownCount == MaxOwn)
        {
            Shared.Enqueue(slot);
            return;
        }

        slot._next = _ownFree;
        _ownFree = slot;
        _ownCount++;
    }
}
