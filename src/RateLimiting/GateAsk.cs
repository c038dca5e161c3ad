namespace Headroom.RateLimiting;

/// <summary>What a caller wants of a gate.</summary>
internal readonly record struct GateAsk
{
    /// <summary>Permits, for the count of those that wait and for errors; 1 or more.</summary>
    internal required int Permits { get; init; }

    /// <summary>What they stand for; 1 or more.</summary>
    internal required long Bytes { get; init; }

    /// <summary>Why it must succeed; null below that.</summary>
    internal required string? Reason { get; init; }

    /// <summary>Whether the caller only wants to know if they could be had.</summary>
    internal required bool IsProbe { get; init; }

    /// <summary>So many permits; of 0, whether one could be had.</summary>
    /// <exception cref="ArgumentOutOfRangeException">More bytes than can be said.</exception>
    internal static GateAsk Of(long bytesPerPermit, int permitCount, string? reason)
    {
        int permits = permitCount == 0 ? 1 : permitCount;
        return permits <= long.MaxValue / bytesPerPermit
            ? new GateAsk
            {
                Permits = permits,
                Bytes = permits * bytesPerPermit,
                Reason = reason,
                IsProbe = permitCount == 0,
            }
            : throw MemoryGate.Impossible(
                permitCount, $"{permitCount} permits of {bytesPerPermit} bytes are too many.");
    }
}
