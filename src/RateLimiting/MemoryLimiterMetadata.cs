using System.Threading.RateLimiting;

namespace Headroom.RateLimiting;

/// <summary>
/// What leases of a <see cref="MemoryLimiter"/> say beside the framework's <see cref="MetadataName.ReasonPhrase"/> and
/// <see cref="MetadataName.RetryAfter"/>. A failed lease has those that are known; it has no
/// <see cref="MetadataName.RetryAfter"/> when trying again would not help, or when only credit did not suffice.
/// </summary>
public static class MemoryLimiterMetadata
{
    /// <summary>Of a failed lease: which budget refused, with its name; <c>credit</c> when nobody was asked.</summary>
    public static MetadataName<string> RefusedBy { get; } = MetadataName.Create<string>("HEADROOM_REFUSED_BY");

    /// <summary>Of a failed lease: why.</summary>
    public static MetadataName<RefusalReason> RefusalReason { get; } =
        MetadataName.Create<RefusalReason>("HEADROOM_REFUSAL_REASON");

    /// <summary>
    /// Of a failed lease: bytes that the refusing budget had for this urgency; less than 0 when it is overdrawn, 0 when
    /// unknown.
    /// </summary>
    public static MetadataName<long> AvailableBytes { get; } = MetadataName.Create<long>("HEADROOM_AVAILABLE_BYTES");

    /// <summary>Of a failed lease: the last rung that was tried.</summary>
    public static MetadataName<Rung> Rung { get; } = MetadataName.Create<Rung>("HEADROOM_RUNG");

    /// <summary>
    /// Of an acquired lease: that of the memory. To look at; the limiter's lease disposes it. With
    /// <see cref="MemoryLease.Fallback"/> there is no new memory, but an object that the application registered.
    /// </summary>
    public static MetadataName<MemoryLease> Lease { get; } = MetadataName.Create<MemoryLease>("HEADROOM_LEASE");
}
