namespace Headroom.Samples.Journal.Memory;

/// <summary>
/// Memory whose every page was touched: mapped, and really gone when it is disposed; or an array of the managed heap,
/// where only the heap has a limit, and then gone when the collector comes.
/// </summary>
internal sealed unsafe class PageBlock : IDisposable
{
    /// <summary>
    /// The switch of <see cref="AppContext"/> that makes all blocks of this process arrays; set it before the first.
    /// </summary>
    internal const string ManagedSwitch = "Headroom.Samples.Journal.ManagedBlocks";

    /// <summary>Whether blocks are arrays.</summary>
    internal static readonly bool IsManaged =
        AppContext.TryGetSwitch(ManagedSwitch, out bool managed) && managed;

    private readonly int _bytes;
    private byte[]? _array;
    private byte* _start;

    /// <summary>Allocates and touches.</summary>
    /// <param name="bytes">A multiple of the size of a page.</param>
    /// <exception cref="OutOfMemoryException">There is none left; nothing is allocated.</exception>
    internal PageBlock(long bytes)
    {
        _bytes = checked((int)bytes);
        if (IsManaged)
        {
            _array = new byte[_bytes];
            for (int at = 0; at < _bytes; at += NativePages.PageBytes)
            {
                _array[at] = 1;
            }
        }
        else
        {
            _start = NativePages.Allocate(bytes);
        }
    }

    /// <summary>The memory.</summary>
    /// <exception cref="ObjectDisposedException">It was freed.</exception>
    internal Span<byte> Span
    {
        get
        {
            if (_array is { } array)
            {
                return array;
            }

            ObjectDisposedException.ThrowIf(_start is null, this);
            return new Span<byte>(_start, _bytes);
        }
    }

    /// <summary>Frees it, or lets it go. Idempotent; not for use from two threads at once.</summary>
    public void Dispose()
    {
        byte* start = _start;
        _start = null;
        _array = null;
        if (start is not null)
        {
            NativePages.Free(start, _bytes);
        }
    }
}
