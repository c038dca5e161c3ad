using System.Diagnostics.CodeAnalysis;

namespace Headroom.Samples.Journal.Memory;

/// <summary>
/// A budget of this process alone, for runs without a cluster. Each urgency leaves a floor free for those above it;
/// whoever must succeed waits, first come first served, and nobody else is admitted meanwhile. Thread-safe.
/// </summary>
internal sealed class LocalBudget : IAdmission
{
    // Shares of the capacity, in thousandths, that each urgency leaves free.
    private static readonly int[] FloorPerMille = [200, 100, 50, 0];

    private readonly Lock _lock = new();
    private readonly LinkedList<Waiter> _waiters = new();
    private readonly long _capacityBytes;
    private long _leasedBytes;

    internal LocalBudget(long capacityBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacityBytes);
        _capacityBytes = capacityBytes;
    }

    /// <summary>Bytes leased now.</summary>
    internal long LeasedBytes
    {
        get
        {
            lock (_lock)
            {
                return _leasedBytes;
            }
        }
    }

    /// <inheritdoc/>
    public bool TryAcquire(long bytes, Urgency urgency, [NotNullWhen(true)] out IDisposable? lease)
    {
        lock (_lock)
        {
            bool fits = _waiters.Count == 0 && bytes <= AvailableBytes(urgency);
            lease = fits ? Take(bytes) : null;
            return fits;
        }
    }

    /// <inheritdoc/>
    public ValueTask<IDisposable> AcquireAsync(long bytes, Urgency urgency, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (TryAcquire(bytes, urgency, out IDisposable? lease))
        {
            return ValueTask.FromResult(lease);
        }

        return ValueTask.FromException<IDisposable>(Refusal(bytes, urgency));
    }

    /// <inheritdoc/>
    public async ValueTask<IDisposable> AcquireMustSucceedAsync(
        long bytes, string reason, CancellationToken cancellationToken)
    {
        if (bytes > _capacityBytes)
        {
            throw Refusal(bytes, Urgency.MustSucceed);
        }

        Waiter waiter;
        lock (_lock)
        {
            if (_waiters.Count == 0 && bytes <= AvailableBytes(Urgency.MustSucceed))
            {
                return Take(bytes);
            }

            waiter = new Waiter(bytes);
            _waiters.AddLast(waiter);
        }

        await using CancellationTokenRegistration giveUp = cancellationToken.Register(() => GiveUp(waiter));
        return await waiter.Granted.Task;
    }

    private void GiveUp(Waiter waiter)
    {
        lock (_lock)
        {
            if (_waiters.Remove(waiter))
            {
                waiter.Granted.SetCanceled();
                ServeWaiters();
            }
        }
    }

    private Lease Take(long bytes)
    {
        _leasedBytes += bytes;
        return new Lease(this, bytes);
    }

    private void Return(long bytes)
    {
        lock (_lock)
        {
            _leasedBytes -= bytes;
            ServeWaiters();
        }
    }

    private void ServeWaiters()
    {
        while (_waiters.First is { } first && first.Value.Bytes <= AvailableBytes(Urgency.MustSucceed))
        {
            _waiters.RemoveFirst();
            first.Value.Granted.SetResult(Take(first.Value.Bytes));
        }
    }

    private long AvailableBytes(Urgency urgency)
        => _capacityBytes - _leasedBytes - (_capacityBytes / 1000 * FloorPerMille[(int)urgency]);

    private MemoryRefusedException Refusal(long bytes, Urgency urgency)
    {
        long available;
        lock (_lock)
        {
            available = AvailableBytes(urgency);
        }

        return new MemoryRefusedException(
            $"The local budget had {available} bytes for a request of {bytes} at {urgency}.")
        {
            Reason = RefusalReason.NotEnoughMemory,
            RefusedBy = "local budget",
            RequestedBytes = bytes,
            AvailableBytes = available,
            Urgency = urgency,
            Rungs = [new RungAttempt(Rung.Container, available)],
        };
    }

    private sealed class Waiter(long bytes)
    {
        internal long Bytes { get; } = bytes;

        internal TaskCompletionSource<IDisposable> Granted { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Lease(LocalBudget budget, long bytes) : IDisposable
    {
        private int _ended;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _ended, 1) == 0)
            {
                budget.Return(bytes);
            }
        }
    }
}
