using System.Collections.Concurrent;

namespace Headroom.Buffers;

/// <summary>
/// Slots that are not rented: each thread keeps a few to itself, the others are shared. There are never more than
/// buffers were rented at once, and these few for each thread.
/// </summary>
internal sealed class FreeSlots
{
    private const int MostOwn = 32;

    private static readonly ConcurrentQueue<BufferSlot> Shared = new();

    [ThreadStatic]
    private static FreeSlots? _ofThisThread;

    // What is behind the count is left there: writing a reference costs more than all else here, and most often the
    // same slot comes back to its place.
    private readonly BufferSlot?[] _own = new BufferSlot[MostOwn];
    private int _count;

    internal static FreeSlots OfThisThread => _ofThisThread ??= new FreeSlots();

    internal BufferSlot Take()
    {
        if (_count > 0)
        {
            return _own[--_count]!;
        }

        return Shared.TryDequeue(out BufferSlot? slot) ? slot : new BufferSlot();
    }

    internal void GiveBack(BufferSlot slot)
    {
        if (_count == MostOwn)
        {
            Shared.Enqueue(slot);
            return;
        }

        if (!ReferenceEquals(_own[_count], slot))
        {
            _own[_count] = slot;
        }

        _count++;
    }
}
