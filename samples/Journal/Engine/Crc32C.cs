using System.Buffers.Binary;
using System.Numerics;

namespace Headroom.Samples.Journal.Engine;

/// <summary>CRC-32C (Castagnoli), by the processor's own instruction where it has one.</summary>
internal static class Crc32C
{
    /// <summary>What a checksum starts from.</summary>
    internal const uint Initial = 0xFFFFFFFF;

    /// <summary>The running checksum after more bytes.</summary>
    internal static uint Append(uint running, ReadOnlySpan<byte> data)
    {
        while (data.Length >= sizeof(ulong))
        {
            running = BitOperations.Crc32C(running, BinaryPrimitives.ReadUInt64LittleEndian(data));
            data = data[sizeof(ulong)..];
        }

        foreach (byte one in data)
        {
            running = BitOperations.Crc32C(running, one);
        }

        return running;
    }

    /// <summary>The checksum of a running one.</summary>
    internal static uint Finish(uint running) => running ^ 0xFFFFFFFF;
}
