using System.Buffers;

namespace Headroom.Buffers;

/// <summary>
/// Where a rented buffer keeps its array and lease; used again by later rents. A buffer is a slot and the version that
/// it had when it was taken. Ending moves the version on, so that only one of all copies ends a rent, and none ends a
/// later one in the same slot.
/// </summary>
internal sealed class BufferSlot
{
    private byte[]? _array;
    private MemoryLease _lease;
    private long _version;

    /// <summary>Rents an array of so many bytes under this lease; the slot has it from now on.</summary>
    internal static BufferSlot Rent(int bytes, in MemoryLease lease, out long version)
    {
        byte[] array = RentArray(bytes, lease);
        BufferSlot slot = FreeSlots.OfThisThread.Take();
        slot._array = array;
        slot._lease = lease;
        version = Volatile.Read(ref slot._version);
        return slot;
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

        ArrayPool<byte>.Shared.Return(_array!);
        _array = null;
        _lease.Dispose();
        _lease = default;
        FreeSlots.OfThisThread.GiveBack(this);
    }

    private static byte[] RentArray(int bytes, in MemoryLease lease)
    {
        try
        {
            return ArrayPool<byte>.Shared.Rent(bytes);
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }
}
