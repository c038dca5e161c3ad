namespace Headroom.AspNetCore;

/// <summary>The lease of a request; the response disposes it. One of the two is none.</summary>
internal sealed class AdmittedRequest(MemoryLease lease, EstimatedLease estimated) : IMemoryLeaseFeature, IDisposable
{
    public MemoryLease Lease => lease;

    public EstimatedLease EstimatedLease => estimated;

    public void Dispose()
    {
        lease.Dispose();
        estimated.Dispose();
    }
}
