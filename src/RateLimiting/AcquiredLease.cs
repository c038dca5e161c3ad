using System.Threading.RateLimiting;

namespace Headroom.RateLimiting;

/// <summary>Permits that are held, with the memory they stand for.</summary>
internal sealed class AcquiredLease(MemoryGate gate, MemoryLease memory) : RateLimitLease
{
    private static readonly string[] Names = [MemoryLimiterMetadata.Lease.Name];

    private int _ended;

    public override bool IsAcquired => true;

    public override IEnumerable<string> MetadataNames => Names;

    public override bool TryGetMetadata(string metadataName, out object? metadata)
    {
        metadata = metadataName == MemoryLimiterMetadata.Lease.Name ? memory : null;
        return metadata is not null;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && Interlocked.Exchange(ref _ended, 1) == 0)
        {
            memory.Dispose();
            gate.Left();
        }

        base.Dispose(disposing);
    }
}
