using System.Threading.RateLimiting;

namespace Headroom.RateLimiting;

/// <summary>Permits that were not to be had now, and why.</summary>
internal sealed class FailedLease : RateLimitLease
{
    internal static readonly FailedLease NoCredit = new("This process holds too little credit for it now.")
    {
        _metadata =
        {
            [MemoryLimiterMetadata.RefusedBy.Name] = "credit",
            [MemoryLimiterMetadata.Rung.Name] = Rung.Credit,
        },
    };

    internal static readonly FailedLease Closed = new("The limiter or its budget was closed.");

    private readonly Dictionary<string, object?> _metadata;

    internal FailedLease(string reason) =>
        _metadata = new(StringComparer.Ordinal) { [MetadataName.ReasonPhrase.Name] = reason };

    internal FailedLease(MemoryRefusedException refusal)
        : this(refusal.Message)
    {
        _metadata[MemoryLimiterMetadata.RefusedBy.Name] = refusal.RefusedBy;
        _metadata[MemoryLimiterMetadata.RefusalReason.Name] = refusal.Reason;
        _metadata[MemoryLimiterMetadata.AvailableBytes.Name] = refusal.AvailableBytes;
        if (refusal.Rungs is [.., RungAttempt last])
        {
            _metadata[MemoryLimiterMetadata.Rung.Name] = last.Rung;
        }

        if (refusal.RetryAfter > TimeSpan.Zero)
        {
            _metadata[MetadataName.RetryAfter.Name] = refusal.RetryAfter;
        }
    }

    public override bool IsAcquired => false;

    public override IEnumerable<string> MetadataNames => _metadata.Keys;

    public override bool TryGetMetadata(string metadataName, out object? metadata) =>
        _metadata.TryGetValue(metadataName, out metadata);
}
