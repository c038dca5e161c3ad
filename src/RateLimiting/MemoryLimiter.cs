using System.Threading.RateLimiting;

namespace Headroom.RateLimiting;

/// <summary>
/// A limiter whose permits are bytes of a subsystem at an urgency: a caller is let through when it has a lease for its
/// memory, and gives it back with the permit. Several limiters may share a subsystem. Thread-safe.
/// </summary>
/// <remarks>
/// <para>
/// <c>AttemptAcquire</c> serves from credit that this process holds already: it never blocks and sends nothing, and
/// when it fails more credit is on its way. <c>AcquireAsync</c> asks the authority when credit does not suffice, and
/// waits as the urgency does. "Not now" is a lease that is not acquired, with metadata that say who refused and when to
/// try again (<see cref="MemoryLimiterMetadata"/>); what can never be granted is an argument error.
/// </para>
/// <para>
/// With 0 permits both ask whether one permit could be had, by taking it and giving it back at once.
/// </para>
/// <para>
/// Disposing completes whoever waits with a failed lease. Leases that are held stay so, and give their bytes back when
/// they are disposed.
/// </para>
/// </remarks>
public sealed class MemoryLimiter : RateLimiter
{
    private readonly CancellationTokenSource _disposal = new();
    private readonly MemoryGate _gate;
    private readonly long _bytesPerPermit;
    private readonly string? _reason;

    /// <summary>Makes a limiter. Sends nothing.</summary>
    /// <param name="subsystem">Whose memory is leased.</param>
    /// <param name="options">What a permit is; copied.</param>
    /// <exception cref="ArgumentException">
    /// An option is out of its range, or the reason for must-succeed is missing or too long.
    /// </exception>
    public MemoryLimiter(ISubsystem subsystem, MemoryLimiterOptions options)
    {
        ArgumentNullException.ThrowIfNull(subsystem);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.BytesPerPermit, nameof(options.BytesPerPermit));
        MemoryGate.ThrowIfUnknown(options.Urgency, options.Reason);
        ArgumentOutOfRangeException.ThrowIfNegative(options.MaxWaiting, nameof(options.MaxWaiting));
        ArgumentNullException.ThrowIfNull(options.TimeProvider, nameof(options.TimeProvider));
        _bytesPerPermit = options.BytesPerPermit;
        _reason = options.Reason;
        _gate = new MemoryGate(
            subsystem, options.Urgency, options.MaxWaiting, options.TimeProvider, _disposal.Token);
    }

    /// <summary>
    /// How long nobody has held or waited for a permit; null while somebody does.
    /// </summary>
    public override TimeSpan? IdleDuration => _gate.IdleDuration;

    /// <summary>
    /// Counts of this limiter. The available permits are those that credit of this process would serve now: an
    /// estimate, since other callers of the subsystem draw on the same credit, and <c>AcquireAsync</c> is served beyond
    /// it.
    /// </summary>
    public override RateLimiterStatistics GetStatistics() => _gate.GetStatistics(_bytesPerPermit);

    /// <inheritdoc/>
    protected override RateLimitLease AttemptAcquireCore(int permitCount)
    {
        GateAsk ask = Ask(permitCount);
        ThrowIfDisposed();
        return _gate.AttemptAcquire(ask);
    }

    /// <inheritdoc/>
    protected override ValueTask<RateLimitLease> AcquireAsyncCore(int permitCount, CancellationToken cancellationToken)
    {
        GateAsk ask = Ask(permitCount);
        ThrowIfDisposed();
        return _gate.AcquireAsync(ask, cancellationToken);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            // On other threads: who waits goes on from there, and not in the middle of whoever disposes.
            _ = _disposal.CancelAsync();
        }

        base.Dispose(disposing);
    }

    /// <inheritdoc/>
    protected override async ValueTask DisposeAsyncCore()
    {
        await _disposal.CancelAsync();
        await base.DisposeAsyncCore();
    }

    private GateAsk Ask(int permitCount) => GateAsk.Of(_bytesPerPermit, permitCount, _reason);

    private void ThrowIfDisposed() =>
        ObjectDisposedException.ThrowIf(_disposal.IsCancellationRequested, typeof(MemoryLimiter));
}
