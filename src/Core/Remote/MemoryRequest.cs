using System.Buffers.Binary;

namespace Headroom.Remote;

/// <summary>The head of a frame from the borrower; a write's bytes follow it.</summary>
/// <param name="Call">What it asks for.</param>
/// <param name="Id">Chosen by the borrower; the answer carries it.</param>
/// <param name="Offset">Where the range begins; 0 in a ping.</param>
/// <param name="Length">The range's length, up to <see cref="MemoryProtocol.MaxFrameBytes"/>; 0 in a ping.</param>
public readonly record struct MemoryRequest(MemoryCall Call, uint Id, long Offset, int Length)
{
    /// <summary>Its length, without a write's bytes.</summary>
    public const int Bytes = 20;

    private const int IdAt = 4;
    private const int OffsetAt = 8;
    private const int LengthAt = 16;

    /// <summary>Whether it is one that a lender may act on, its range aside.</summary>
    public bool IsWellFormed => Call switch
    {
        MemoryCall.Read or MemoryCall.Write => Length is >= 0 and <= MemoryProtocol.MaxFrameBytes,
        MemoryCall.Ping => Length == 0 && Offset == 0,
        _ => false,
    };

    /// <summary>Writes it.</summary>
    /// <param name="target"><see cref="Bytes"/> or more.</param>
    public void Write(Span<byte> target)
    {
        target[..Bytes].Clear();
        target[0] = (byte)Call;
        BinaryPrimitives.WriteUInt32LittleEndian(target[IdAt..], Id);
        BinaryPrimitives.WriteInt64LittleEndian(target[OffsetAt..], Offset);
        BinaryPrimitives.WriteInt32LittleEndian(target[LengthAt..], Length);
    }

    /// <summary>Reads one, whatever it says.</summary>
    /// <param name="source"><see cref="Bytes"/> or more.</param>
    public static MemoryRequest Read(ReadOnlySpan<byte> source) => new(
        (MemoryCall)source[0],
        BinaryPrimitives.ReadUInt32LittleEndian(source[IdAt..]),
        BinaryPrimitives.ReadInt64LittleEndian(source[OffsetAt..]),
        BinaryPrimitives.ReadInt32LittleEndian(source[LengthAt..]));
}
