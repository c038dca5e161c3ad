using Headroom.Samples.Journal.Memory;

namespace Headroom.Samples.Journal.Engine;

/// <summary>A record that is ready to be written.</summary>
/// <param name="Key">Its key.</param>
/// <param name="IsDelete">Whether it deletes the key.</param>
/// <param name="Buffer">The memory it is in.</param>
/// <param name="Start">Where it starts there.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="KeyBytes">The length of its key.</param>
internal readonly record struct StagedRecord(
    string Key, bool IsDelete, LeasedBuffer Buffer, int Start, int Bytes, int KeyBytes)
{
    /// <summary>The record itself.</summary>
    internal ReadOnlySpan<byte> Span => Buffer.Span.Slice(Start, Bytes);

    /// <summary>The length of its value.</summary>
    internal int ValueBytes => Bytes - Frames.KeyOffset - KeyBytes;
}
