using System.Buffers.Binary;
using System.Text;

namespace Headroom.Samples.Journal.Engine;

/// <summary>
/// The form of a record in a file: length of the body (4 bytes), CRC-32C of store, length and body (4), body. The
/// body of a put or delete is type (1), length of the key (2), key, value. All numbers are little-endian.
/// </summary>
internal static class Frames
{
    /// <summary>Bytes in front of the body.</summary>
    internal const int PrefixBytes = 8;

    /// <summary>Bytes in front of the key: prefix, type and length of the key.</summary>
    internal const int KeyOffset = PrefixBytes + 3;

    /// <summary>The longest key, in bytes of UTF-8.</summary>
    internal const int MaxKeyBytes = 4096;

    /// <summary>The longest value: a record has to fit into one write buffer of the process that made it.</summary>
    internal const int MaxValueBytes = 256 << 20;

    /// <summary>The length of a commit's body: type and five numbers.</summary>
    internal const int CommitBodyBytes = 1 + (5 * sizeof(long));

    /// <summary>The length of a commit with its prefix.</summary>
    internal const int CommitBytes = PrefixBytes + CommitBodyBytes;

    /// <summary>The length of a put or delete with its prefix.</summary>
    internal static int RecordBytes(int keyBytes, int valueBytes) => KeyOffset + keyBytes + valueBytes;

    /// <summary>Writes what stands in front of the value; the value follows, then <see cref="Seal"/>.</summary>
    internal static void WriteHead(Span<byte> record, RecordType type, string key, int keyBytes)
    {
        BinaryPrimitives.WriteInt32LittleEndian(record, record.Length - PrefixBytes);
        record[PrefixBytes] = (byte)type;
        BinaryPrimitives.WriteUInt16LittleEndian(record[(PrefixBytes + 1)..], (ushort)keyBytes);
        Encoding.UTF8.GetBytes(key, record.Slice(KeyOffset, keyBytes));
    }

    /// <summary>Writes the checksum of a record that is otherwise complete.</summary>
    internal static void Seal(Span<byte> record, uint seed)
        => BinaryPrimitives.WriteUInt32LittleEndian(record[sizeof(int)..], Checksum(record, seed));

    /// <summary>Writes a whole commit, mark or end.</summary>
    internal static void WriteCommit(Span<byte> record, CommitBody body, uint seed)
    {
        BinaryPrimitives.WriteInt32LittleEndian(record, CommitBodyBytes);
        record[PrefixBytes] = (byte)body.Type;
        Span<byte> numbers = record[(PrefixBytes + 1)..];
        BinaryPrimitives.WriteInt64LittleEndian(numbers, body.Sequence);
        BinaryPrimitives.WriteInt64LittleEndian(numbers[8..], body.Records);
        BinaryPrimitives.WriteInt64LittleEndian(numbers[16..], body.BatchOffset);
        BinaryPrimitives.WriteInt64LittleEndian(numbers[24..], body.File);
        BinaryPrimitives.WriteInt64LittleEndian(numbers[32..], body.Offset);
        Seal(record[..CommitBytes], seed);
    }

    /// <summary>Reads the body of a commit, mark or end, without its prefix.</summary>
    internal static CommitBody ReadCommit(ReadOnlySpan<byte> body)
    {
        ReadOnlySpan<byte> numbers = body[1..];
        return new CommitBody(
            (RecordType)body[0],
            BinaryPrimitives.ReadInt64LittleEndian(numbers),
            BinaryPrimitives.ReadInt64LittleEndian(numbers[8..]),
            BinaryPrimitives.ReadInt64LittleEndian(numbers[16..]),
            BinaryPrimitives.ReadInt64LittleEndian(numbers[24..]),
            BinaryPrimitives.ReadInt64LittleEndian(numbers[32..]));
    }

    /// <summary>The checksum that a whole record should have.</summary>
    internal static uint Checksum(ReadOnlySpan<byte> record, uint seed)
        => Crc32C.Finish(Crc32C.Append(Crc32C.Append(seed, record[..sizeof(int)]), record[PrefixBytes..]));
}
