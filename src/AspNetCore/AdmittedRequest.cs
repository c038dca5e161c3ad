namespace Headroom.AspNetCore;

/// <summary>The lease of a request; the response disposes it.</summary>
internal sealed class AdmittedRequest(MemoryLease lease) : IMemoryLeaseFeature, IDisposable
{
    public MemoryLease Lease => lease;

    public void Dispose() => lease.Dispose();
}
