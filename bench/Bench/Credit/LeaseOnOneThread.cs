using System.Threading.RateLimiting;
using BenchmarkDotNet.Attributes;

namespace Headroom.Bench.Credit;

/// <summary>A lease on local credit and what does a part of the same, on one thread.</summary>
// Public and not sealed: the benchmark runner derives from it.
public class LeaseOnOneThread
{
    private readonly ISubsystem _subsystem = CreditFixture.Subsystem;

    private readonly ConcurrencyLimiter _limiter = CreditFixture.Limiter;

    private long _bytes;

    /// <summary>The bare limit of one counter that all threads share.</summary>
    [Benchmark(Baseline = true)]
    public long InterlockedPair()
    {
        Interlocked.Add(ref _bytes, -CreditFixture.LeaseBytes);
        return Interlocked.Add(ref _bytes, CreditFixture.LeaseBytes);
    }

    /// <summary>The synchronous call.</summary>
    [Benchmark]
    public bool TryAcquire()
    {
        bool acquired = _subsystem.TryAcquire(CreditFixture.LeaseBytes, Urgency.SafeToFail, out MemoryLease lease);
        lease.Dispose();
        return acquired;
    }

    /// <summary>The asynchronous call, completed at once.</summary>
    [Benchmark]
    public async ValueTask<bool> AcquireAsync()
    {
        using MemoryLease lease = await _subsystem.AcquireAsync(CreditFixture.LeaseBytes, Urgency.SafeToFail);
        return lease.IsAcquired;
    }

    /// <summary>At the highest urgency, whose reasons are counted and whose credit is not spread.</summary>
    [Benchmark]
    public bool TryAcquireMustSucceed()
    {
        bool acquired = _subsystem.TryAcquire(CreditFixture.LeaseBytes, Urgency.MustSucceed, out MemoryLease lease);
        lease.Dispose();
        return acquired;
    }

    /// <summary>What .NET has for limiting how much is under way.</summary>
    [Benchmark]
    public bool ConcurrencyLimiterAttempt()
    {
        using RateLimitLease lease = _limiter.AttemptAcquire();
        return lease.IsAcquired;
    }
}
