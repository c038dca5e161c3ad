using System.Buffers;

namespace Headroom.Buffers;

/// <summary>
/// A buffer under a must-succeed lease, wherever its bytes are: in this process, or on another host that lends them.
/// <see cref="ReadAsync"/>, <see cref="WriteAsync"/> and <see cref="OpenStream"/> work on both;
/// <see cref="Memory"/> on the first alone. Thread-safe but for disposal, which is for when no call is under way.
/// </summary>
/// <remarks>
/// Remote bytes have no <see cref="Memory"/>: writing to a span has no moment at which the bytes could be sent, and a
/// window at home that is flushed would take the very bytes that there are not.
/// </remarks>
public sealed class MustSucceedBuffer : IMemoryOwner<byte>
{
    private readonly MemoryLease _lease;
    private readonly RemoteMemory? _remote;
    private readonly bool _isPooled;
    private byte[]? _array;
    private int _disposed;

    private MustSucceedBuffer(MemoryLease lease, byte[]? array, bool isPooled, RemoteMemory? remote)
    {
        (_lease, _array, _isPooled, _remote) = (lease, array, isPooled, remote);
        Length = array?.Length ?? (int)remote!.Length;
    }

    /// <summary>Bytes, wherever they are: at least as many as were asked for.</summary>
    public int Length { get; }

    /// <summary>Whether the bytes are on another host.</summary>
    public bool IsRemote => _remote is not null;

    /// <summary>
    /// The other host's memory, for what only it has, such as <see cref="Headroom.RemoteMemory.Lost"/>; null for bytes
    /// of this process.
    /// </summary>
    public RemoteMemory? RemoteMemory => _remote;

    /// <summary>The bytes, when they are in this process.</summary>
    /// <exception cref="InvalidOperationException">They are on another host: <see cref="IsRemote"/>.</exception>
    /// <exception cref="ObjectDisposedException">The buffer was disposed.</exception>
    public Memory<byte> Memory
    {
        get
        {
            ThrowIfDisposed();
            return _array ?? throw new InvalidOperationException(
                "The bytes are on another host: read and write them asynchronously, or do not allow loans.");
        }
    }

    /// <summary>Reads a range.</summary>
    /// <param name="offset">Where it begins; 0 to <see cref="Length"/>.</param>
    /// <param name="destination">Filled whole.</param>
    /// <param name="cancellationToken">Gives up; some of the destination may be filled then.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range is not within the buffer. Nothing was read.</exception>
    /// <exception cref="RemoteMemoryLostException">The host that had the bytes is gone.</exception>
    /// <exception cref="ObjectDisposedException">The buffer was disposed.</exception>
    public ValueTask ReadAsync(int offset, Memory<byte> destination, CancellationToken cancellationToken = default)
    {
        Check(offset, destination.Length, nameof(destination), cancellationToken);
        if (_remote is { } remote)
        {
            return remote.ReadAsync(offset, destination, cancellationToken);
        }

        Memory.Slice(offset, destination.Length).CopyTo(destination);
        return default;
    }

    /// <summary>Writes a range. A read that begins when this has ended sees it.</summary>
    /// <param name="offset">Where it begins; 0 to <see cref="Length"/>.</param>
    /// <param name="source">Must not change until the call has ended.</param>
    /// <param name="cancellationToken">Gives up; some of it may be written then.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The range is not within the buffer. Nothing was written.
    /// </exception>
    /// <exception cref="RemoteMemoryLostException">The host that had the bytes is gone.</exception>
    /// <exception cref="ObjectDisposedException">The buffer was disposed.</exception>
    public ValueTask WriteAsync(
        int offset, ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        Check(offset, source.Length, nameof(source), cancellationToken);
        if (_remote is { } remote)
        {
            return remote.WriteAsync(offset, source, cancellationToken);
        }

        source.CopyTo(Memory.Slice(offset, source.Length));
        return default;
    }

    /// <summary>
    /// A stream over the buffer, from its beginning: seekable, of fixed length. Over remote bytes it is asynchronous
    /// only. Disposing it leaves the buffer rented; it must not be used when the buffer was disposed.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The buffer was disposed.</exception>
    public Stream OpenStream()
    {
        ThrowIfDisposed();
        return _remote?.OpenStream() ?? new MemoryStream(_array!, writable: true);
    }

    /// <summary>Gives the buffer back and ends its lease. Does nothing when that was done already.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
        {
            return;
        }

        if (_isPooled)
        {
            ArrayPool<byte>.Shared.Return(_array!);
        }

        _array = null;
        _lease.Dispose();
    }

    /// <summary>The buffer of a lease, however it was met; on a failure the lease is ended.</summary>
    internal static MustSucceedBuffer Of(MemoryLease lease, int minBufferSize)
    {
        try
        {
            if (lease.RemoteMemory is { } remote)
            {
                return new MustSucceedBuffer(lease, null, false, remote);
            }

            if (lease.Fallback is { } fallback)
            {
                return fallback is byte[] array && array.Length >= minBufferSize
                    ? new MustSucceedBuffer(lease, array, false, null)
                    : throw new InvalidOperationException(
                        $"The fallback that was registered is no byte[] of {minBufferSize} bytes or more.");
            }

            return new MustSucceedBuffer(lease, ArrayPool<byte>.Shared.Rent((int)lease.Bytes), true, null);
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }

    private void Check(int offset, int length, string parameter, CancellationToken cancellationToken)
    {
        ThrowIfDisposed();
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        if (length > Length - offset)
        {
            throw new ArgumentOutOfRangeException(
                parameter, length, $"The buffer has {Length} bytes; {length} at {offset} are not within.");
        }

        cancellationToken.ThrowIfCancellationRequested();
    }

    private void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) == 1, this);
}
