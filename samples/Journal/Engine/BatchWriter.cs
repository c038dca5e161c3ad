using Headroom.Samples.Journal.Memory;

namespace Headroom.Samples.Journal.Engine;

/// <summary>Appends to a file through a buffer of fixed size.</summary>
internal sealed class BatchWriter
{
    private readonly DataFile _file;
    private readonly LeasedBuffer _buffer;
    private long _written;
    private int _filled;

    /// <summary>Starts at what is durable.</summary>
    internal BatchWriter(DataFile file, LeasedBuffer buffer)
    {
        _file = file;
        _buffer = buffer;
        Start = file.DurableBytes;
        _written = Start;
    }

    /// <summary>Where the batch starts.</summary>
    internal long Start { get; }

    /// <summary>Where the next byte goes.</summary>
    internal long Position => _written + _filled;

    /// <summary>Adds bytes, writing whenever the buffer is full.</summary>
    internal void Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            Span<byte> room = _buffer.Span[_filled..];
            int part = Math.Min(room.Length, bytes.Length);
            bytes[..part].CopyTo(room);
            _filled += part;
            bytes = bytes[part..];
            if (_filled == _buffer.Length)
            {
                Flush();
            }
        }
    }

    /// <summary>Writes what is left; it is durable only once the file is flushed.</summary>
    internal void Flush()
    {
        RandomAccess.Write(_file.Handle, _buffer.Span[.._filled], _written);
        _written += _filled;
        _filled = 0;
    }
}
