using System.Security.Cryptography;
using Headroom.Remote;

namespace Headroom.Silo.Lending;

/// <summary>
/// The memory of one loan. It is unmapped once it has ended and nobody works on it; who works on it has entered.
/// </summary>
internal sealed class Pledge
{
    private readonly Lock _gate = new();
    private readonly byte[] _token;
    private readonly Action<Pledge> _unmapped;
    private unsafe byte* _start;
    private int _users;
    private bool _ended;
    private MemoryConnection? _connection;

    /// <summary>Takes over mapped and touched pages.</summary>
    public unsafe Pledge(long number, byte* start, long size, byte[] token, Action<Pledge> unmapped)
    {
        (Number, Size, _token, _unmapped) = (number, size, token, unmapped);
        _start = start;
    }

    /// <summary>The loan's number.</summary>
    public long Number { get; }

    /// <summary>Bytes.</summary>
    public long Size { get; }

    /// <summary>Whether a token opens it, told in the same time whatever it is.</summary>
    public bool Opens(ReadOnlySpan<byte> token) => CryptographicOperations.FixedTimeEquals(token, _token);

    /// <summary>
    /// Keeps the memory mapped until <see cref="Leave"/>; false when it has ended, and then it may be gone.
    /// </summary>
    public bool TryEnter()
    {
        lock (_gate)
        {
            if (_ended)
            {
                return false;
            }

            _users++;
            return true;
        }
    }

    /// <summary>Ends what <see cref="TryEnter"/> began.</summary>
    public void Leave()
    {
        lock (_gate)
        {
            _users--;
        }

        UnmapIfUnused();
    }

    /// <summary>Where a range is. Only between entering and leaving.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range is not within the memory.</exception>
    public unsafe byte* At(long offset, int length)
    {
        if (!MemoryProtocol.IsInside(offset, length, Size))
        {
            throw new ArgumentOutOfRangeException(nameof(offset), offset, $"{length} bytes there, of {Size}.");
        }

        return _start + offset;
    }

    /// <summary>
    /// Makes a connection the only one. The one before is closed, and has ended when this returns: a write that it
    /// still had in its buffers must not land on top of what the new one writes.
    /// </summary>
    /// <returns>Whether the loan is still there.</returns>
    public async ValueTask<bool> AttachAsync(MemoryConnection connection)
    {
        MemoryConnection? before;
        lock (_gate)
        {
            if (_ended)
            {
                return false;
            }

            (before, _connection) = (_connection, connection);
        }

        if (before is not null)
        {
            before.Close(CloseReason.Superseded);
            await before.Ended;
        }

        return true;
    }

    /// <summary>Ends the loan: nobody enters any more, its connection breaks, and its memory goes back.</summary>
    public void End()
    {
        MemoryConnection? connection;
        lock (_gate)
        {
            _ended = true;
            connection = _connection;
        }

        connection?.Close(CloseReason.Freed);
        UnmapIfUnused();
    }

    private unsafe void UnmapIfUnused()
    {
        byte* start;
        lock (_gate)
        {
            if (!_ended || _users > 0 || _start is null)
            {
                return;
            }

            start = _start;
            _start = null;
        }

        NativePages.Unmap(start, Size);
        _unmapped(this);
    }
}
