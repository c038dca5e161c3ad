using System.Buffers;

namespace Headroom.Buffers;

/// <summary>
/// A rented buffer and the lease of its bytes. A small value that is cheap to pass; its copies are the same buffer.
/// Disposing gives it back once, however often and through whichever copy it is called, from any thread.
/// <c>default</c> is no buffer; disposing it does nothing.
/// </summary>
/// <remarks>
/// What <see cref="Memory"/> gave must not be used after disposal: the array is then somebody else's, as with every
/// pool. Asking for it again is safe, and throws.
/// </remarks>
public readonly struct LeasedBuffer : IMemoryOwner<byte>, IEquatable<LeasedBuffer>
{
    private readonly BufferSlot? _slot;
    private readonly long _version;

    private LeasedBuffer(BufferSlot slot, long version) => (_slot, _version) = (slot, version);

    /// <summary>All bytes of the buffer: at least as many as were asked for, with any content.</summary>
    /// <exception cref="ObjectDisposedException">The buffer was disposed, or is none.</exception>
    public Memory<byte> Memory => Array;

    /// <summary>The same bytes; not for keeping over an <c>await</c>.</summary>
    /// <exception cref="ObjectDisposedException">The buffer was disposed, or is none.</exception>
    public Span<byte> Span => Array;

    /// <summary>True from when it was rented until the first disposal through any copy.</summary>
    public bool IsRented => _slot is not null && _slot.IsRented(_version);

    private byte[] Array => _slot?.ArrayOf(_version) ?? throw new ObjectDisposedException(nameof(LeasedBuffer));

    /// <summary>True when both are the same buffer of the same rent, or both are none.</summary>
    public static bool operator ==(LeasedBuffer left, LeasedBuffer right) => left.Equals(right);

    /// <summary>True when they are different buffers, or the same one of different rents.</summary>
    public static bool operator !=(LeasedBuffer left, LeasedBuffer right) => !left.Equals(right);

    /// <summary>Gives the buffer back and ends its lease. Does nothing when that was done already.</summary>
    public void Dispose() => _slot?.End(_version);

    internal static LeasedBuffer Rent(int bytes, in MemoryLease lease)
    {
        BufferSlot slot = BufferSlot.Rent(bytes, lease, out long version);
        return new LeasedBuffer(slot, version);
    }

    /// <inheritdoc/>
    public bool Equals(LeasedBuffer other) => ReferenceEquals(_slot, other._slot) && _version == other._version;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is LeasedBuffer other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_slot, _version);
}
