namespace Headroom.RateLimiting;

/// <summary>What one permit means for one resource of a <see cref="PartitionedMemoryLimiter"/>.</summary>
public readonly record struct MemoryClaim
{
    /// <summary>Nothing is needed: the caller is let through and holds no memory. The same as <c>default</c>.</summary>
    public static MemoryClaim None => default;

    /// <summary>Makes a claim.</summary>
    /// <param name="subsystem">Whose memory is leased.</param>
    /// <param name="bytesPerPermit">Bytes that one permit stands for; 1 or more.</param>
    /// <param name="urgency">What a refusal does to the caller.</param>
    /// <param name="reason">Why it must succeed, 1 to 256 characters; needed at that urgency, not used below
    /// it.</param>
    /// <exception cref="ArgumentException">
    /// The bytes or the urgency are out of their range, or the reason is missing or too long.
    /// </exception>
    public MemoryClaim(
        ISubsystem subsystem, long bytesPerPermit, Urgency urgency = Urgency.SafeToFail, string? reason = null)
    {
        ArgumentNullException.ThrowIfNull(subsystem);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bytesPerPermit);
        MemoryGate.ThrowIfUnknown(urgency, reason);
        (Subsystem, BytesPerPermit, Urgency, Reason) = (subsystem, bytesPerPermit, urgency, reason);
    }

    /// <summary>Whose memory is leased; null for <see cref="None"/>.</summary>
    public ISubsystem? Subsystem { get; }

    /// <summary>Bytes that one permit stands for; 0 for <see cref="None"/>.</summary>
    public long BytesPerPermit { get; }

    /// <summary>What a refusal does to the caller.</summary>
    public Urgency Urgency { get; }

    /// <summary>Why it must succeed; null below that.</summary>
    public string? Reason { get; }
}
