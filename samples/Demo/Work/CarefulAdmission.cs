using System.Diagnostics.CodeAnalysis;
using System.Threading.RateLimiting;
using Headroom.Samples.Journal.Memory;
using Polly;
using Polly.Retry;

namespace Headroom.Samples.Demo.Work;

/// <summary>
/// What a careful program does today, without anybody to ask: the cache is bounded by its own size limit, big work
/// goes through a <see cref="ConcurrencyLimiter"/> whose permits are memory, with a pipeline of Polly that tries again
/// after growing pauses, and a commit takes what it needs. It knows its own process alone.
/// </summary>
/// <param name="big">Permits of <see cref="PermitBytes"/> for what may fail; whoever commits takes none.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class CarefulAdmission(ConcurrencyLimiter big, TimeProvider timeProvider) : IAdmission
{
    /// <summary>What one permit stands for.</summary>
    internal const long PermitBytes = 64 << 10;

    private const int Retries = 3;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(20);

    // A lease that has no permits is disposed by the pipeline before it tries again.
    private readonly ResiliencePipeline<RateLimitLease> _retries =
        new ResiliencePipelineBuilder<RateLimitLease> { TimeProvider = timeProvider }
            .AddRetry(new RetryStrategyOptions<RateLimitLease>
            {
                ShouldHandle = static tried => ValueTask.FromResult(tried.Outcome.Result is { IsAcquired: false }),
                MaxRetryAttempts = Retries,
                Delay = FirstPause,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
            })
            .Build();

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
        RateLimitLease lease = await _retries.ExecuteAsync(
            static (asked, token) => asked.big.AcquireAsync(asked.permits, token), (big, permits), cancellationToken);
        if (lease.IsAcquired)
        {
            return lease;
        }

        lease.Dispose();
        throw Refusal(bytes, urgency);
    }

    /// <inheritdoc/>
    public ValueTask<IDisposable> AcquireMustSucceedAsync(
        long bytes, string reason, CancellationToken cancellationToken)
        => ValueTask.FromResult<IDisposable>(Nothing.Instance);

    private static MemoryRefusedException Refusal(long bytes, Urgency urgency)
        => new($"The concurrency limiter had no permits for {bytes} bytes after {1 + Retries} tries.")
        {
            Reason = RefusalReason.NotEnoughMemory,
            RefusedBy = "concurrency limiter",
            RequestedBytes = bytes,
            Urgency = urgency,
            RetryAfter = FirstPause * (1 << Retries),
        };

    private sealed class Nothing : IDisposable
    {
        internal static readonly Nothing Instance = new();

        public void Dispose()
        {
        }
    }
}
