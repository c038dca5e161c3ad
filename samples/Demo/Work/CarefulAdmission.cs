using System.Diagnostics.CodeAnalysis;
using System.Threading.RateLimiting;
using Headroom.Samples.Journal.Memory;

namespace Headroom.Samples.Demo.Work;

/// <summary>
/// What a careful program does today, without anybody to ask: the cache is bounded by its own size limit, big work
/// goes through a <see cref="ConcurrencyLimiter"/> whose permits are memory, a failure is tried again with growing
/// pauses, and a commit is tried until it is done. It knows its own process alone.
/// </summary>
/// <param name="big">Permits of <see cref="PermitBytes"/> for what may fail; whoever commits takes none.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class CarefulAdmission(ConcurrencyLimiter big, TimeProvider timeProvider) : IAdmission
{
    /// <summary>What one permit stands for.</summary>
    internal const long PermitBytes = 64 << 10;

    private const int Tries = 4;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(20);

    /// <summary>Makes the limiter for so many bytes; who finds no permit waits in a queue of the same size.</summary>
    internal static ConcurrencyLimiter Limiter(long bytes)
        => new(new ConcurrencyLimiterOptions
        {
            PermitLimit = (int)(bytes / PermitBytes),
            QueueLimit = (int)(bytes / PermitBytes),
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        });

    /// <inheritdoc/>
    public bool TryAcquire(long bytes, Urgency urgency, [NotNullWhen(true)] out IDisposable? lease)
    {
        // The cache: bounded by its own size.
        lease = Nothing.Instance;
        return true;
    }

    /// <inheritdoc/>
    public async ValueTask<IDisposable> AcquireAsync(long bytes, Urgency urgency, CancellationToken cancellationToken)
    {
        int permits = (int)((bytes + PermitBytes - 1) / PermitBytes);
        TimeSpan pause = FirstPause;
        for (int attempt = 1; ; attempt++)
        {
            RateLimitLease lease = await big.AcquireAsync(permits, cancellationToken);
            if (lease.IsAcquired)
            {
                return lease;
            }

            lease.Dispose();
            if (attempt == Tries)
            {
                throw Refusal(bytes, urgency, pause);
            }

            await Task.Delay(pause, timeProvider, cancellationToken);
            pause *= 2;
        }
    }

    /// <inheritdoc/>
    public ValueTask<IDisposable> AcquireMustSucceedAsync(
        long bytes, string reason, CancellationToken cancellationToken)
        => ValueTask.FromResult<IDisposable>(Nothing.Instance);

    private static MemoryRefusedException Refusal(long bytes, Urgency urgency, TimeSpan pause)
        => new($"The concurrency limiter had no permits for {bytes} bytes after {Tries} tries.")
        {
            Reason = RefusalReason.NotEnoughMemory,
            RefusedBy = "concurrency limiter",
            RequestedBytes = bytes,
            Urgency = urgency,
            RetryAfter = pause,
        };

    private sealed class Nothing : IDisposable
    {
        internal static readonly Nothing Instance = new();

        public void Dispose()
        {
        }
    }
}
