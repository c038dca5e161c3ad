using Microsoft.Extensions.Logging;

namespace Headroom;

/// <summary>
/// The worst case of an operation, acquired before its point of no return: what is drawn from it cannot fail for want
/// of memory. It is not asked back. Thread-safe.
/// </summary>
/// <remarks>
/// What is drawn and disposed comes back to the reservation while it is open, and may be drawn again. Disposing the
/// reservation gives back what is unused at once, and what is still drawn when its leases are disposed.
/// </remarks>
public sealed partial class MemoryReservation : IAsyncDisposable, IDisposable, ILeaseOrigin
{
    private readonly Lock _lock = new();
    private readonly SessionCore _core;
    private readonly ReservedBytes _bytes;
    private readonly TimeProvider _time;
    private readonly TimeSpan _idle;
    private readonly ITimer _timer;
    private readonly string _subsystem;
    private readonly ILogger _logger;
    private long _unused;
    private long _drawn;
    private long _touched;
    private bool _noticed;
    private bool _open = true;

    internal MemoryReservation(
        SessionCore core, ReservedBytes bytes, TimeProvider time, TimeSpan idle, string subsystem, ILogger logger)
    {
        (_core, _bytes, _time, _idle, _subsystem, _logger) = (core, bytes, time, idle, subsystem, logger);
        (Bytes, _unused) = (bytes.Size, bytes.Size);
        _touched = time.GetTimestamp();
        _timer = time.CreateTimer(_ => Look(), null, idle, idle / 4);
    }

    /// <summary>
    /// Notice, on another thread: nothing was drawn or disposed for a while
    /// (<see cref="HeadroomOptions.ReservationIdle"/>). After a quarter of that time again the unused part goes back,
    /// unless something is drawn or <see cref="Keep"/> is called before.
    /// </summary>
    public event EventHandler? Unused;

    /// <summary>What was reserved at first, in bytes.</summary>
    public long Bytes { get; }

    /// <summary>What can be drawn now, in bytes.</summary>
    public long UnusedBytes
    {
        get
        {
            lock (_lock)
            {
                return _unused;
            }
        }
    }

    /// <summary>Takes a part. Never waits, sends nothing, and cannot fail for want of memory.</summary>
    /// <param name="bytes">1 to <see cref="UnusedBytes"/>.</param>
    /// <returns>The part. Dispose it to have the bytes back in the reservation.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// More than is left, or 0 or less: the operation's worst case was not reserved. Nothing was drawn.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The reservation was disposed. Nothing was drawn.</exception>
    public MemoryLease Draw(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bytes);
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(!_open, this);
            if (bytes > _unused)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(bytes), bytes, $"Of the {Bytes} reserved bytes {_unused} are left.");
            }

            _unused -= bytes;
            _drawn += bytes;
            Touch();
        }

        LeaseSlot slot = _core.Lease(
            new LeaseTerms(_bytes.Account, bytes) { Origin = this }, _bytes.Held, out long token);
        return new MemoryLease(slot, token, bytes);
    }

    /// <summary>The unused part is still needed: it stays for as long again.</summary>
    public void Keep()
    {
        lock (_lock)
        {
            Touch();
        }
    }

    /// <summary>Gives back what is unused; what is drawn goes back when its leases are disposed. Idempotent.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_open)
            {
                _open = false;
                GiveBackUnused();
            }
        }

        _timer.Dispose();
    }

    /// <inheritdoc cref="Dispose"/>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return default;
    }

    void ILeaseOrigin.Ended(long bytes)
    {
        lock (_lock)
        {
            _drawn -= bytes;
            _unused += bytes;
            Touch();
            if (!_open)
            {
                GiveBackUnused();
            }
        }
    }

    private void Touch()
    {
        _touched = _time.GetTimestamp();
        _noticed = false;
    }

    private void GiveBackUnused() => _unused -= _bytes.GiveBack(_unused, last: _drawn == 0);

    private void Look()
    {
        lock (_lock)
        {
            TimeSpan still = _time.GetElapsedTime(_touched);
            if (!_open || _unused == 0 || still < _idle)
            {
                return;
            }

            if (_noticed)
            {
                GiveBackUnused();
                return;
            }

            _noticed = true;
        }

        try
        {
            Unused?.Invoke(this, EventArgs.Empty);
        }
        catch (Exception error)
        {
            // The application's code, on a timer's thread, where nobody else would catch it.
            LogUnusedFailed(_logger, _subsystem, UnusedBytes, error);
        }
    }
}
