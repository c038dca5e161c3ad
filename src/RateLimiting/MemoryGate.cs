using System.Threading.RateLimiting;

namespace Headroom.RateLimiting;

/// <summary>
/// One subsystem at one urgency as limiters use it: turns leases and refusals of memory into those of a limiter, and
/// counts.
/// </summary>
internal sealed class MemoryGate(
    ISubsystem subsystem, Urgency urgency, int maxWaiting, TimeProvider time, CancellationToken disposal)
{
    private const int MaxReasonLength = 256;

    // Who asks a limiter has no way to read and write memory of another host.
    private static readonly MustSucceedOptions AtHome = new() { AllowLoan = false };

    private long _successful;
    private long _failed;
    private long _waitingPermits;
    private int _waiting;
    private int _busy;
    private long _idleSince = time.GetTimestamp();

    internal TimeSpan? IdleDuration =>
        Volatile.Read(ref _busy) > 0 ? null : time.GetElapsedTime(Volatile.Read(ref _idleSince));

    internal static void ThrowIfUnknown(Urgency urgency, string? reason)
    {
        if (urgency > Urgency.MustSucceed)
        {
            throw new ArgumentOutOfRangeException(nameof(urgency), urgency, "Unknown urgency; 0 to 3 are known.");
        }

        if (urgency == Urgency.MustSucceed && (string.IsNullOrWhiteSpace(reason) || reason.Length > MaxReasonLength))
        {
            throw new ArgumentException(
                $"Must-succeed needs a reason of 1 to {MaxReasonLength} characters.", nameof(reason));
        }
    }

    internal static ArgumentOutOfRangeException Impossible(int permitCount, string why) =>
        new(nameof(permitCount), permitCount, why);

    internal RateLimiterStatistics GetStatistics(long bytesPerPermit) => new()
    {
        CurrentAvailablePermits = subsystem.CreditBytes / bytesPerPermit,
        CurrentQueuedCount = Interlocked.Read(ref _waitingPermits),
        TotalFailedLeases = Interlocked.Read(ref _failed),
        TotalSuccessfulLeases = Interlocked.Read(ref _successful),
    };

    internal RateLimitLease AttemptAcquire(GateAsk ask) =>
        TryTake(ask, out RateLimitLease? lease) ? lease! : Failed(FailedLease.NoCredit);

    internal ValueTask<RateLimitLease> AcquireAsync(GateAsk ask, CancellationToken cancellationToken) =>
        TryTake(ask, out RateLimitLease? lease)
            ? ValueTask.FromResult(lease!)
            : WaitAsync(ask, cancellationToken);

    /// <summary>A lease ended that was held.</summary>
    internal void Left()
    {
        // In this order: who sees nobody here must not see an earlier time of rest.
        Volatile.Write(ref _idleSince, time.GetTimestamp());
        Interlocked.Decrement(ref _busy);
    }

    private bool TryTake(GateAsk ask, out RateLimitLease? lease)
    {
        bool took = urgency == Urgency.MustSucceed
            ? subsystem.TryAcquireMustSucceed(ask.Bytes, ask.Reason!, out MemoryLease memory)
            : subsystem.TryAcquire(ask.Bytes, urgency, out memory);
        lease = took ? Acquired(ask, memory) : null;
        return took;
    }

    private async ValueTask<RateLimitLease> WaitAsync(GateAsk ask, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _busy);
        Interlocked.Add(ref _waitingPermits, ask.Permits);
        try
        {
            if (Interlocked.Increment(ref _waiting) > maxWaiting)
            {
                return Failed(new FailedLease($"{maxWaiting} callers wait already."));
            }

            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, disposal);
            return Acquired(ask, await LeaseAsync(ask, either.Token));
        }
        catch (MemoryRefusedException refusal)
        {
            return Failed(new FailedLease(refusal));
        }
        catch (ArgumentOutOfRangeException error)
        {
            // More than the host has: its caller knows it as permits.
            throw Impossible(ask.Permits, error.Message);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw new TaskCanceledException("The caller gave up.", innerException: null, cancellationToken);
        }
        catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException)
        {
            return Failed(FailedLease.Closed);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
            Interlocked.Add(ref _waitingPermits, -ask.Permits);
            Left();
        }
    }

    private ValueTask<MemoryLease> LeaseAsync(GateAsk ask, CancellationToken cancellationToken) =>
        urgency == Urgency.MustSucceed
            ? subsystem.AcquireMustSucceedAsync(ask.Bytes, ask.Reason!, AtHome, cancellationToken)
            : subsystem.AcquireAsync(ask.Bytes, urgency, cancellationToken);

    private RateLimitLease Acquired(GateAsk ask, MemoryLease memory)
    {
        Interlocked.Increment(ref _successful);
        if (ask.IsProbe)
        {
            memory.Dispose();
            return FreeLease.Instance;
        }

        Interlocked.Increment(ref _busy);
        return new AcquiredLease(this, memory);
    }

    private FailedLease Failed(FailedLease lease)
    {
        Interlocked.Increment(ref _failed);
        return lease;
    }
}
