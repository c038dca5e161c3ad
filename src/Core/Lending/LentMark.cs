namespace Headroom;

/// <summary>What a reserve tells its host: absolute amounts, each message with the next number.</summary>
/// <param name="Epoch">The life of the lending process.</param>
/// <param name="Number">1 and up; the host ignores a message that is not newer than the last one.</param>
/// <param name="Replaces">
/// While the host has not taken this epoch over: the epoch that it named as the one before; null before it named any.
/// So a late message of a process that has been replaced does not replace its successor.
/// </param>
/// <param name="Bytes">What it wants the mark to be.</param>
/// <param name="LeastBytes">What is of use: less than that raises nothing.</param>
/// <param name="UsedBytes">Real bytes that are allocated now.</param>
public readonly record struct LentMark(
    long Epoch, long Number, long? Replaces, long Bytes, long LeastBytes, long UsedBytes);
