using System.Buffers.Binary;

namespace Headroom.Remote;

/// <summary>The head of an answer from the lender; the bytes of a read that went well follow it.</summary>
/// <param name="Status">What came of it.</param>
/// <param name="Id">The request's.</param>
/// <param name="Length">Bytes that follow.</param>
public readonly record struct MemoryReply(MemoryStatus Status, uint Id, int Length)
{
    /// <summary>Its length, without a read's bytes.</summary>
    public const int Bytes = 12;

    private const int IdAt = 4;
    private const int LengthAt = 8;

    /// <summary>Writes it.</summary>
    /// <param name="target"><see cref="Bytes"/> or more.</param>
    public void Write(Span<byte> target)
    {
        target[..Bytes].Clear();
        target[0] = (byte)Status;
        BinaryPrimitives.WriteUInt32LittleEndian(target[IdAt..], Id);
        BinaryPrimitives.WriteInt32LittleEndian(target[LengthAt..], Length);
    }

    /// <summary>Reads one, whatever it says.</summary>
    /// <param name="source"><see cref="Bytes"/> or more.</param>
    public static MemoryReply Read(ReadOnlySpan<byte> source) => new(
        (MemoryStatus)source[0],
        BinaryPrimitives.ReadUInt32LittleEndian(source[IdAt..]),
        BinaryPrimitives.ReadInt32LittleEndian(source[LengthAt..]));
}
