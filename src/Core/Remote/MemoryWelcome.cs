using System.Buffers.Binary;

namespace Headroom.Remote;

/// <summary>The lender's answer to a hello.</summary>
/// <param name="Status">Ok, Refused, OtherVersion or BadFrame; after any but Ok the connection ends.</param>
/// <param name="Size">Bytes of the loan; 0 unless Ok.</param>
public readonly record struct MemoryWelcome(MemoryStatus Status, long Size)
{
    /// <summary>Its length.</summary>
    public const int Bytes = 16;

    private const int StatusAt = 4;
    private const int SizeAt = 8;

    /// <summary>Writes it.</summary>
    /// <param name="target"><see cref="Bytes"/> or more.</param>
    public void Write(Span<byte> target)
    {
        target[..Bytes].Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(target, MemoryProtocol.Magic);
        target[StatusAt] = (byte)Status;
        BinaryPrimitives.WriteInt64LittleEndian(target[SizeAt..], Size);
    }

    /// <summary>Reads one; false when it does not begin as a welcome does.</summary>
    public static bool TryRead(ReadOnlySpan<byte> source, out MemoryWelcome welcome)
    {
        if (source.Length < Bytes || BinaryPrimitives.ReadUInt32LittleEndian(source) != MemoryProtocol.Magic)
        {
            welcome = default;
            return false;
        }

        welcome = new MemoryWelcome(
            (MemoryStatus)source[StatusAt], BinaryPrimitives.ReadInt64LittleEndian(source[SizeAt..]));
        return true;
    }
}
