using System.Threading.RateLimiting;

namespace Headroom.RateLimiting;

/// <summary>A lease that was acquired and stands for no memory.</summary>
internal sealed class FreeLease : RateLimitLease
{
    internal static readonly FreeLease Instance = new();

    public override bool IsAcquired => true;

    public override IEnumerable<string> MetadataNames => [];

    public override bool TryGetMetadata(string metadataName, out object? metadata)
    {
        metadata = null;
        return false;
    }
}
