using System.Buffers.Binary;

namespace Headroom.Samples.Journal.Engine;

/// <summary>The first bytes of a segment or checkpoint.</summary>
/// <param name="Kind">What the file is.</param>
/// <param name="Number">Its number, as in its name.</param>
/// <param name="Sequence">
/// The number of the last transaction in front of it (segment) or contained in it (checkpoint).
/// </param>
/// <param name="Store">
/// Chance chosen when the store was made; part of each checksum, so that files of another store do not pass.
/// </param>
internal readonly record struct FileHeader(FileKind Kind, long Number, long Sequence, ulong Store)
{
    /// <summary>The length of a header.</summary>
    internal const int Bytes = 48;

    // "HRJRNL01" in ASCII.
    private const ulong Magic = 0x31304C4E524A5248;

    private const int ChecksumOffset = 44;

    /// <summary>What the checksums of records in this file start from.</summary>
    internal uint Seed
    {
        get
        {
            Span<byte> store = stackalloc byte[sizeof(ulong)];
            BinaryPrimitives.WriteUInt64LittleEndian(store, Store);
            return Crc32C.Append(Crc32C.Initial, store);
        }
    }

    internal void Write(Span<byte> target)
    {
        target[..Bytes].Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(target, Magic);
        target[8] = (byte)Kind;
        BinaryPrimitives.WriteInt64LittleEndian(target[16..], Number);
        BinaryPrimitives.WriteInt64LittleEndian(target[24..], Sequence);
        BinaryPrimitives.WriteUInt64LittleEndian(target[32..], Store);
        uint checksum = Crc32C.Finish(Crc32C.Append(Crc32C.Initial, target[..ChecksumOffset]));
        BinaryPrimitives.WriteUInt32LittleEndian(target[ChecksumOffset..], checksum);
    }

    /// <summary>False when these are not the bytes of a whole header.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> source, out FileHeader header)
    {
        header = default;
        if (source.Length < Bytes
            || BinaryPrimitives.ReadUInt64LittleEndian(source) != Magic
            || BinaryPrimitives.ReadUInt32LittleEndian(source[ChecksumOffset..])
                != Crc32C.Finish(Crc32C.Append(Crc32C.Initial, source[..ChecksumOffset])))
        {
            return false;
        }

        header = new FileHeader(
            (FileKind)source[8],
            BinaryPrimitives.ReadInt64LittleEndian(source[16..]),
            BinaryPrimitives.ReadInt64LittleEndian(source[24..]),
            BinaryPrimitives.ReadUInt64LittleEndian(source[32..]));
        return true;
    }
}
