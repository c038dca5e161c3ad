using System.Buffers.Binary;

namespace Headroom.Remote;

/// <summary>The first message of a connection, from the borrower: which loan, and the token that opens it.</summary>
/// <param name="Version">The borrower's version of the protocol.</param>
/// <param name="Epoch">The lender's epoch.</param>
/// <param name="Number">The loan's number within it.</param>
public readonly record struct MemoryHello(ushort Version, long Epoch, long Number)
{
    /// <summary>Its length, token included.</summary>
    public const int Bytes = 24 + MemoryProtocol.TokenBytes;

    private const int VersionAt = 4;
    private const int EpochAt = 8;
    private const int NumberAt = 16;
    private const int TokenAt = 24;

    /// <summary>Writes it.</summary>
    /// <param name="target"><see cref="Bytes"/> or more.</param>
    /// <param name="token"><see cref="MemoryProtocol.TokenBytes"/> of it.</param>
    /// <exception cref="ArgumentException">The token has another length, or the target is too short.</exception>
    public void Write(Span<byte> target, ReadOnlySpan<byte> token)
    {
        if (token.Length != MemoryProtocol.TokenBytes)
        {
            throw new ArgumentException($"A token has {MemoryProtocol.TokenBytes} bytes.", nameof(token));
        }

        if (target.Length < Bytes)
        {
            throw new ArgumentException($"A hello takes {Bytes} bytes.", nameof(target));
        }

        target[..Bytes].Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(target, MemoryProtocol.Magic);
        BinaryPrimitives.WriteUInt16LittleEndian(target[VersionAt..], Version);
        BinaryPrimitives.WriteInt64LittleEndian(target[EpochAt..], Epoch);
        BinaryPrimitives.WriteInt64LittleEndian(target[NumberAt..], Number);
        token.CopyTo(target[TokenAt..]);
    }

    /// <summary>Reads one; false when it does not begin as a hello does.</summary>
    /// <param name="source"><see cref="Bytes"/> or more.</param>
    /// <param name="hello">What was read.</param>
    /// <param name="token">The token, within the source.</param>
    public static bool TryRead(ReadOnlySpan<byte> source, out MemoryHello hello, out ReadOnlySpan<byte> token)
    {
        if (source.Length < Bytes || BinaryPrimitives.ReadUInt32LittleEndian(source) != MemoryProtocol.Magic)
        {
            hello = default;
            token = default;
            return false;
        }

        hello = new MemoryHello(
            BinaryPrimitives.ReadUInt16LittleEndian(source[VersionAt..]),
            BinaryPrimitives.ReadInt64LittleEndian(source[EpochAt..]),
            BinaryPrimitives.ReadInt64LittleEndian(source[NumberAt..]));
        token = source.Slice(TokenAt, MemoryProtocol.TokenBytes);
        return true;
    }
}
