using Microsoft.Extensions.Logging;

namespace Headroom;

/// <summary>
/// Reads what this process really occupies, collects its garbage when memory is needed elsewhere, and tells the runtime
/// of a changed limit. Thread-safe.
/// </summary>
/// <remarks>
/// How many of the resident bytes are dead objects, nobody knows before a collection. What is resident and not leased
/// is the most that it can be, and what of it the last collection left is known to be none: so <c>collectable</c> is
/// what came on top. Before the first collection, all that is not of the managed heap counts as left.
/// </remarks>
internal sealed partial class HeapListener
{
    // A reading asks the kernel, which costs as much as a thousand leases: not with each of hundreds of exchanges a
    // second.
    private static readonly TimeSpan ReadPause = TimeSpan.FromMilliseconds(250);

    // So that collections take a twentieth of the time at most.
    private const int RestFactor = 20;
    private static readonly TimeSpan LeastRest = TimeSpan.FromSeconds(1);

    private readonly IManagedHeap _heap;
    private readonly Func<long> _leasedBytes;
    private readonly TimeProvider _time;
    private readonly bool _collects;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private long _left;
    private long? _limit;
    private HeapReading _reading;
    private long? _readAt;
    private (long At, TimeSpan For)? _rest;

    /// <summary>Makes the listener; what is resident now and not of the managed heap is taken to stay.</summary>
    /// <param name="heap">The process' heap.</param>
    /// <param name="leasedBytes">What this process has leased now.</param>
    /// <param name="time">The clock.</param>
    /// <param name="collects">Whether it may collect.</param>
    /// <param name="logger">Where to log.</param>
    internal HeapListener(
        IManagedHeap heap, Func<long> leasedBytes, TimeProvider time, bool collects, ILogger logger)
    {
        (_heap, _leasedBytes, _time, _collects, _logger) = (heap, leasedBytes, time, collects, logger);
        (long objects, long committed, long resident) = heap.Read();
        _left = Math.Max(0, resident - Math.Max(objects, committed));
    }

    /// <summary>What this process occupies, at most a quarter of a second old.</summary>
    internal HeapReading Read()
    {
        lock (_lock)
        {
            if (_readAt is { } at && _time.GetElapsedTime(at) < ReadPause)
            {
                return _reading;
            }

            (long objects, long committed, long resident) = _heap.Read();
            long collectable = _collects ? Math.Max(0, resident - _leasedBytes() - _left) : 0;
            _readAt = _time.GetTimestamp();
            return _reading = new HeapReading(objects, committed, resident, collectable);
        }
    }

    /// <summary>
    /// The authority said what the container's hard limit is. The first time it only shows what the runtime read, too,
    /// when it started.
    /// </summary>
    internal void Limited(long? hardLimitBytes)
    {
        if (hardLimitBytes is not { } limit || limit == _limit)
        {
            return;
        }

        long? before = _limit;
        _limit = limit;
        if (before is null)
        {
            return;
        }

        try
        {
            _heap.RefreshLimit();
            LogLimitRefreshed(_logger, before.Value, limit);
        }
        catch (InvalidOperationException error)
        {
            // The runtime goes on with the limit that it had.
            LogLimitNotRefreshed(_logger, before.Value, limit, error);
        }
    }

    /// <summary>
    /// Collects, unless that is not worth its pause, was done a moment ago, or is not allowed. On the caller's thread.
    /// </summary>
    /// <param name="deadBytes">How much is known or likely to be dead.</param>
    /// <param name="stillLeasedBytes">What of the leases stands for dead objects.</param>
    /// <returns>Whether it was done.</returns>
    internal bool TryCollect(long deadBytes, long stillLeasedBytes)
    {
        if (!_collects || deadBytes < ContainerLedger.MinCollectableBytes || !TryBegin(out long start))
        {
            return false;
        }

        long before = _heap.Read().ResidentBytes;
        _heap.Collect();
        TimeSpan took = _time.GetElapsedTime(start);
        long resident = _heap.Read().ResidentBytes;
        lock (_lock)
        {
            _left = Math.Max(0, resident - (_leasedBytes() - stillLeasedBytes));
            _rest = (_time.GetTimestamp(), took * RestFactor > LeastRest ? took * RestFactor : LeastRest);
            _readAt = null;
        }

        LogCollected(_logger, before, resident, took.TotalMilliseconds);
        return true;
    }

    // One at a time, and none soon after another.
    private bool TryBegin(out long start)
    {
        start = _time.GetTimestamp();
        lock (_lock)
        {
            if (_rest is { } rest && _time.GetElapsedTime(rest.At, start) < rest.For)
            {
                return false;
            }

            _rest = (start, TimeSpan.MaxValue);
            return true;
        }
    }
}
