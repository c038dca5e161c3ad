using System.Threading.RateLimiting;
using BenchmarkDotNet.Attributes;

namespace Headroom.Bench.Credit;

/// <summary>A lease on local credit and what does a part of the same, on one thread.</summary>
/// <remarks>
/// All in loops, ours and the peers: what is to be measured takes as long as the call of a method that does nothing.
/// </remarks>
// Public and not sealed: the benchmark runner derives from it.
public class LeaseOnOneThread
{
    private const int Times = 10_000;

    private readonly ISubsystem _subsystem = CreditFixture.Subsystem;

    private readonly ConcurrencyLimiter _limiter = CreditFixture.Limiter;

    private long _bytes;

    /// <summary>The bare limit of one counter that all threads share.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Times)]
    public void InterlockedPair()
    {
        for (int i = 0; i < Times; i++)
        {
            Interlocked.Add(ref _bytes, -CreditFixture.LeaseBytes);
            Interlocked.Add(ref _bytes, CreditFixture.LeaseBytes);
        }
    }

    /// <summary>The synchronous call.</summary>
    [Benchmark(OperationsPerInvoke = Times)]
    public void TryAcquire()
    {
        for (int i = 0; i < Times; i++)
        {
            _subsystem.TryAcquire(CreditFixture.LeaseBytes, Urgency.SafeToFail, out MemoryLease lease);
            lease.Dispose();
        }
    }

    /// <summary>The asynchronous call, completed at once.</summary>
    [Benchmark(OperationsPerInvoke = Times)]
    public async Task AcquireAsync()
    {
        for (int i = 0; i < Times; i++)
        {
            using MemoryLease lease = await _subsystem.AcquireAsync(CreditFixture.LeaseBytes, Urgency.SafeToFail);
        }
    }

    /// <summary>At the highest urgency, whose reasons are counted and whose credit is not spread.</summary>
    [Benchmark(OperationsPerInvoke = Times)]
    public void TryAcquireMustSucceed()
    {
        for (int i = 0; i < Times; i++)
        {
            _subsystem.TryAcquire(CreditFixture.LeaseBytes, Urgency.MustSucceed, out MemoryLease lease);
            lease.Dispose();
        }
    }

    /// <summary>What .NET has for limiting how much is under way.</summary>
    [Benchmark(OperationsPerInvoke = Times)]
    public void ConcurrencyLimiterAttempt()
    {
        for (int i = 0; i < Times; i++)
        {
            _limiter.AttemptAcquire().Dispose();
        }
    }
}
