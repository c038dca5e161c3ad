namespace Headroom.Remote;

/// <summary>
/// The figures of the protocol by which a borrower reads and writes the bytes of a loan; <c>docs/REMOTE_MEMORY.md</c>
/// describes it. All numbers on the wire are little-endian.
/// </summary>
public static class MemoryProtocol
{
    /// <summary>The first bytes of a connection: <c>HRMM</c>.</summary>
    public const uint Magic = 0x4D4D5248;

    /// <summary>The version spoken here; others are refused.</summary>
    public const ushort Version = 1;

    /// <summary>The length of a loan's token, in bytes.</summary>
    public const int TokenBytes = 16;

    /// <summary>
    /// The most bytes that one frame reads or writes: 1 MiB. More would make whoever comes next wait for longer than a
    /// disk would take.
    /// </summary>
    public const int MaxFrameBytes = 1 << 20;

    /// <summary>
    /// Whether a range lies within a memory. No sum is made, so none can overflow.
    /// </summary>
    /// <param name="offset">Where it begins; negative ones are outside.</param>
    /// <param name="length">Its length; negative ones are outside, 0 is inside up to the very end.</param>
    /// <param name="size">Bytes of the memory; 0 or more.</param>
    public static bool IsInside(long offset, long length, long size) =>
        offset >= 0 && length >= 0 && offset <= size && length <= size - offset;
}
