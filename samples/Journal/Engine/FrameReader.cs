using System.Buffers.Binary;
using System.Text;

namespace Headroom.Samples.Journal.Engine;

/// <summary>
/// Reads the records of a file from its start, through a window that is smaller than the file and its records.
/// </summary>
internal sealed class FrameReader
{
    private readonly DataFile _file;
    private readonly Memory.LeasedBuffer _window;
    private readonly long _length;
    private long _windowOffset;
    private int _windowBytes;

    /// <summary>Starts behind the header.</summary>
    /// <param name="file">What is read, up to its present length.</param>
    /// <param name="window">Working memory of more than a head with the longest key; the caller's.</param>
    internal FrameReader(DataFile file, Memory.LeasedBuffer window)
    {
        _file = file;
        _window = window;
        _length = RandomAccess.GetLength(file.Handle);
        Position = FileHeader.Bytes;
    }

    /// <summary>Where the next record starts.</summary>
    internal long Position { get; private set; }

    /// <summary>Reads and checks the next record; stays where it is when that is none.</summary>
    internal FrameOutcome Next(out Frame frame)
    {
        frame = default;
        long left = _length - Position;
        if (left == 0)
        {
            return FrameOutcome.End;
        }

        if (left < Frames.PrefixBytes)
        {
            return FrameOutcome.Damaged;
        }

        ReadOnlySpan<byte> prefix = Window(Position, Frames.PrefixBytes);
        int body = BinaryPrimitives.ReadInt32LittleEndian(prefix);
        uint expected = BinaryPrimitives.ReadUInt32LittleEndian(prefix[sizeof(int)..]);
        if (body <= 0 || body > left - Frames.PrefixBytes)
        {
            return FrameOutcome.Damaged;
        }

        uint running = Crc32C.Append(_file.Seed, prefix[..sizeof(int)]);
        int head = Math.Min(body, Frames.KeyOffset - Frames.PrefixBytes + Frames.MaxKeyBytes);
        bool understood = TryReadHead(Window(Position + Frames.PrefixBytes, head), body, out frame);
        if (Crc32C.Finish(AppendBody(running, body)) != expected)
        {
            return FrameOutcome.Damaged;
        }

        if (!understood)
        {
            throw new JournalCorruptException(
                _file.Path, Position, "the record has a form that this version does not know");
        }

        Position += Frames.PrefixBytes + body;
        return FrameOutcome.Record;
    }

    /// <summary>
    /// Looks behind the present position for a commit whose write began behind it. There is one only if what is here
    /// was durable once, and was damaged since.
    /// </summary>
    internal bool IsFollowedByLaterWrite()
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, Frames.CommitBodyBytes);
        long offset = Position;
        while (offset + Frames.CommitBytes <= _length)
        {
            ReadOnlySpan<byte> window = Window(offset, (int)Math.Min(_window.Length, _length - offset));
            int at = 0;
            while (window[at..].IndexOf(length) is var found and >= 0
                && at + found + Frames.CommitBytes <= window.Length)
            {
                at += found;
                if (IsCommitOfLaterWrite(window.Slice(at, Frames.CommitBytes), offset + at))
                {
                    return true;
                }

                at++;
            }

            offset += window.Length - Frames.CommitBytes + 1;
        }

        return false;
    }

    private bool IsCommitOfLaterWrite(ReadOnlySpan<byte> record, long offset)
    {
        if (BinaryPrimitives.ReadUInt32LittleEndian(record[sizeof(int)..]) != Frames.Checksum(record, _file.Seed))
        {
            return false;
        }

        CommitBody commit = Frames.ReadCommit(record[Frames.PrefixBytes..]);
        return commit.Type is RecordType.Commit or RecordType.Mark
            && commit.File == _file.Header.Number
            && commit.Offset == offset
            && commit.BatchOffset > Position;
    }

    private bool TryReadHead(ReadOnlySpan<byte> head, int body, out Frame frame)
    {
        frame = default;
        RecordType type = (RecordType)head[0];
        if (type is RecordType.Commit or RecordType.Mark or RecordType.End)
        {
            if (body != Frames.CommitBodyBytes)
            {
                return false;
            }

            frame = new Frame(type, Position, "", 0, 0, Frames.ReadCommit(head));
            return true;
        }

        const int KeyAt = Frames.KeyOffset - Frames.PrefixBytes;
        if (type is not (RecordType.Put or RecordType.Delete) || body < KeyAt)
        {
            return false;
        }

        int keyBytes = BinaryPrimitives.ReadUInt16LittleEndian(head[1..]);
        int valueBytes = body - KeyAt - keyBytes;
        if (keyBytes is 0 or > Frames.MaxKeyBytes || valueBytes < 0 || (type == RecordType.Delete && valueBytes > 0))
        {
            return false;
        }

        frame = new Frame(
            type, Position, Encoding.UTF8.GetString(head.Slice(KeyAt, keyBytes)), keyBytes, valueBytes, default);
        return true;
    }

    private uint AppendBody(uint running, int body)
    {
        long offset = Position + Frames.PrefixBytes;
        int left = body;
        while (left > 0)
        {
            ReadOnlySpan<byte> part = Window(offset, Math.Min(left, _window.Length));
            part = part[..Math.Min(left, part.Length)];
            running = Crc32C.Append(running, part);
            offset += part.Length;
            left -= part.Length;
        }

        return running;
    }

    // At least so many bytes from an offset; filled anew only when they are not all there.
    private ReadOnlySpan<byte> Window(long offset, int bytes)
    {
        if (offset < _windowOffset || offset + bytes > _windowOffset + _windowBytes)
        {
            int wanted = (int)Math.Min(_window.Length, _length - offset);
            FileReads.Fill(_file, offset, _window.Span[..wanted]);
            _windowOffset = offset;
            _windowBytes = wanted;
        }

        return _window.Span[(int)(offset - _windowOffset).._windowBytes];
    }
}
