using System.Buffers;

namespace Headroom.Silo.Lending;

/// <summary>
/// Shows a range of native memory to a socket. One is used for one range after another; it keeps nothing alive.
/// </summary>
internal sealed unsafe class NativeSlice : MemoryManager<byte>
{
    private byte* _start;
    private int _length;

    /// <summary>Shows another range. Memory taken before shows that range too, so none may be in use.</summary>
    public Memory<byte> Show(byte* start, int length)
    {
        _start = start;
        _length = length;
        return CreateMemory(length);
    }

    /// <inheritdoc/>
    public override Span<byte> GetSpan() => new(_start, _length);

    /// <inheritdoc/>
    public override MemoryHandle Pin(int elementIndex = 0) => new(_start + elementIndex);

    /// <inheritdoc/>
    public override void Unpin()
    {
        // Native memory does not move.
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        // The range is somebody else's.
    }
}
