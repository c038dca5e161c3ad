using System.Buffers.Binary;
using System.Text;
using Headroom.Samples.Journal.Cache;
using Headroom.Samples.Journal.Memory;

namespace Headroom.Samples.Journal.Engine;

/// <summary>
/// Reads one value from its start to its end, as it was when the handle was opened, through memory of its own: with
/// no cache at all a reader still gets on. Not thread-safe.
/// </summary>
internal sealed class ReadHandle : IDisposable
{
    /// <summary>The most bytes that are read at once.</summary>
    internal const int WindowBytes = 64 << 10;

    private readonly Location _location;
    private readonly IReadCache _cache;
    private readonly LeasedBuffer _window;
    private readonly uint _expected;
    private uint _running;
    private int _position;
    private bool _over;

    /// <summary>Takes over a use of the file, and the window.</summary>
    internal ReadHandle(string key, Location location, IReadCache cache, LeasedBuffer window)
    {
        _location = location;
        _cache = cache;
        _window = window;
        Span<byte> head = window.Span[..(Frames.KeyOffset + location.KeyBytes)];
        cache.Read(location.File, location.Offset, head);
        _expected = BinaryPrimitives.ReadUInt32LittleEndian(head[sizeof(int)..]);
        _running = Crc32C.Append(location.File.Seed, head[..sizeof(int)]);
        _running = Crc32C.Append(_running, head[Frames.PrefixBytes..]);
        if (head[Frames.PrefixBytes] != (byte)RecordType.Put
            || Encoding.UTF8.GetString(head[Frames.KeyOffset..]) != key
            || BinaryPrimitives.ReadInt32LittleEndian(head) != location.RecordBytes - Frames.PrefixBytes)
        {
            throw new JournalCorruptException(
                location.File.Path, location.Offset, "it is not the record that was written here");
        }
    }

    /// <summary>The length of the value.</summary>
    internal int Length => _location.ValueBytes;

    /// <summary>Reads on.</summary>
    /// <param name="part">The next bytes of the value, valid until the next call.</param>
    /// <returns>False at the end of the value, once all of it was found to be what was written.</returns>
    /// <exception cref="JournalCorruptException">The value is not what was written; what was read before is not to be
    /// trusted.</exception>
    internal bool TryRead(out ReadOnlySpan<byte> part)
    {
        ObjectDisposedException.ThrowIf(_over, this);
        int bytes = Math.Min(_window.Length, Length - _position);
        if (bytes == 0)
        {
            part = default;
            return _expected == Crc32C.Finish(_running)
                ? false
                : throw new JournalCorruptException(
                    _location.File.Path, _location.Offset, "the value has another checksum");
        }

        Span<byte> target = _window.Span[..bytes];
        _cache.Read(_location.File, _location.ValueOffset + _position, target);
        _running = Crc32C.Append(_running, target);
        _position += bytes;
        part = target;
        return true;
    }

    /// <summary>Reads the whole value into memory of the caller's.</summary>
    /// <param name="target">As long as <see cref="Length"/>, or longer.</param>
    internal void ReadAll(Span<byte> target)
    {
        while (TryRead(out ReadOnlySpan<byte> part))
        {
            part.CopyTo(target);
            target = target[part.Length..];
        }
    }

    /// <summary>Gives memory and file back. Idempotent.</summary>
    public void Dispose()
    {
        if (!_over)
        {
            _over = true;
            _window.Dispose();
            _location.File.Release();
        }
    }
}
