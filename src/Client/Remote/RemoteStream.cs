namespace Headroom.Remote;

/// <summary>A stream over remote memory. Not for two calls at once, as streams are not.</summary>
internal sealed class RemoteStream(RemoteMemory memory) : Stream
{
    private long _position;
    private bool _disposed;

    public override bool CanRead => !_disposed;

    public override bool CanSeek => !_disposed;

    public override bool CanWrite => !_disposed;

    public override long Length => memory.Length;

    public override long Position
    {
        get => _position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _position = value;
        }
    }

    public override async ValueTask<int> ReadAsync(
        Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        int length = (int)Math.Clamp(Length - _position, 0, buffer.Length);
        if (length > 0)
        {
            await memory.ReadAsync(_position, buffer[..length], cancellationToken);
            _position += length;
        }

        return length;
    }

    public override Task<int> ReadAsync(
        byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        return ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    public override async ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (buffer.Length > Length - _position)
        {
            throw new NotSupportedException(
                $"The memory has {Length} bytes and does not grow; {buffer.Length} at {_position} do not fit.");
        }

        await memory.WriteAsync(_position, buffer, cancellationToken);
        _position += buffer.Length;
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        return WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    public override long Seek(long offset, SeekOrigin origin)
    {
        long from = origin switch
        {
            SeekOrigin.Begin => 0,
            SeekOrigin.Current => _position,
            SeekOrigin.End => Length,
            _ => throw new ArgumentOutOfRangeException(nameof(origin), origin, "Begin, Current or End."),
        };
        long position = checked(from + offset);
        return position < 0
            ? throw new IOException($"Position {position} is before the beginning.")
            : _position = position;
    }

    // What was written is at its replicas already.
    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => throw NotAsync();

    public override void Write(byte[] buffer, int offset, int count) => throw NotAsync();

    public override void SetLength(long value) => throw new NotSupportedException("The memory's size is fixed.");

    protected override void Dispose(bool disposing)
    {
        _disposed = true;
        base.Dispose(disposing);
    }

    private static NotSupportedException NotAsync() =>
        new("Remote memory is read and written asynchronously: a thread that waits for a network is lost to others.");
}
