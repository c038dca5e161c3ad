using System.Collections.Concurrent;
using System.Threading.RateLimiting;

namespace Headroom.RateLimiting;

/// <summary>A gate for each subsystem and urgency, and none for each resource: there is nothing to clean up.</summary>
internal sealed class PartitionedMemoryLimiter<TResource>(Func<TResource, MemoryClaim> claimOf, int maxWaiting)
    : PartitionedRateLimiter<TResource>
{
    private readonly CancellationTokenSource _disposal = new();
    private readonly ConcurrentDictionary<(ISubsystem Subsystem, Urgency Urgency), MemoryGate> _gates = new();

    public override RateLimiterStatistics? GetStatistics(TResource resource)
    {
        MemoryClaim claim = claimOf(resource);
        return claim == default ? null : GateOf(claim).GetStatistics(claim.BytesPerPermit);
    }

    protected override RateLimitLease AttemptAcquireCore(TResource resource, int permitCount)
    {
        ThrowIfDisposed();
        MemoryClaim claim = claimOf(resource);
        return claim == default
            ? FreeLease.Instance
            : GateOf(claim).AttemptAcquire(GateAsk.Of(claim.BytesPerPermit, permitCount, claim.Reason));
    }

    protected override ValueTask<RateLimitLease> AcquireAsyncCore(
        TResource resource, int permitCount, CancellationToken cancellationToken)
    {
        ThrowIfDisposed();
        MemoryClaim claim = claimOf(resource);
        return claim == default
            ? ValueTask.FromResult<RateLimitLease>(FreeLease.Instance)
            : GateOf(claim).AcquireAsync(
                GateAsk.Of(claim.BytesPerPermit, permitCount, claim.Reason), cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            // On other threads: who waits goes on from there, and not in the middle of whoever disposes.
            _ = _disposal.CancelAsync();
        }

        base.Dispose(disposing);
    }

    protected override async ValueTask DisposeAsyncCore()
    {
        await _disposal.CancelAsync();
        await base.DisposeAsyncCore();
    }

    private MemoryGate GateOf(MemoryClaim claim) => _gates.GetOrAdd(
        (claim.Subsystem!, claim.Urgency),
        static (key, limiter) => new MemoryGate(
            key.Subsystem, key.Urgency, limiter.MaxWaiting, TimeProvider.System, limiter.Disposal),
        (MaxWaiting: maxWaiting, Disposal: _disposal.Token));

    private void ThrowIfDisposed() =>
        ObjectDisposedException.ThrowIf(_disposal.IsCancellationRequested, typeof(PartitionedMemoryLimiter));
}
