namespace Headroom.Caching;

/// <summary>
/// The leases that cover a cache's entries, and how much of them is in use. At each moment
/// <c>leased >= used</c>; <c>leased >= limit</c>, and while leases are about to go back <c>used</c> may exceed the
/// limit, to which it is brought down first.
/// </summary>
internal sealed class CacheCover(long stepBytes)
{
    /// <summary>What is leased is enlarged by this part of it.</summary>
    private const int StepPart = 16;

    /// <summary>The largest step: what a give-back of a single byte costs at most.</summary>
    private const long LargestStep = 64L << 20;

    private readonly Lock _lock = new();

    // The oldest first, which is about the smallest first.
    private readonly List<MemoryLease> _leases = [];
    private long _leased;
    private long _limit;
    private long _used;
    private long _peak;
    private long _entries;
    private int _askedBack;
    private bool _closed;
    private (long Entries, TaskCompletionSource Done)? _settling;

    internal long LeasedBytes => Volatile.Read(ref _leased);

    internal long UsedBytes => Volatile.Read(ref _used);

    /// <summary>How often leases were asked back.</summary>
    internal int AskedBack => Volatile.Read(ref _askedBack);

    /// <summary>How much should be leased next, in bytes.</summary>
    internal long StepBytes => Math.Max(stepBytes, Math.Min(LargestStep, LeasedBytes / StepPart));

    /// <summary>Whether less than half of a step is unused.</summary>
    internal bool IsLow
    {
        get
        {
            lock (_lock)
            {
                return IsLowNow;
            }
        }
    }

    /// <summary>By how much what is used exceeds what will be left of the leases; 0 when it does not.</summary>
    internal long ExcessBytes
    {
        get
        {
            lock (_lock)
            {
                return Math.Max(0, _used - _limit);
            }
        }
    }

    private bool IsLowNow => !_closed && _limit - _used < StepBytes / 2;

    /// <summary>Whether an entry of this size could ever be covered by what is leased now.</summary>
    internal bool CouldHold(long bytes) => bytes <= Volatile.Read(ref _limit);

    /// <summary>Counts an entry in, if it is covered; and says whether little is unused then.</summary>
    internal bool TryUse(long bytes, out bool low)
    {
        lock (_lock)
        {
            bool covered = bytes <= _limit - _used;
            if (covered)
            {
                _used += bytes;
                _entries++;
                _peak = Math.Max(_peak, _used);
            }

            low = IsLowNow;
            return covered;
        }
    }

    /// <summary>Counts an entry out that has gone.</summary>
    internal void EndUse(long bytes)
    {
        lock (_lock)
        {
            _used -= bytes;
            _entries--;
            if (_settling is { } settling && IsSettled(settling.Entries))
            {
                settling.Done.TrySetResult();
                _settling = null;
            }
        }
    }

    /// <summary>
    /// Completes when what is used is within the limit, or there are no more entries than these: all that were dropped
    /// have been counted out. One at a time.
    /// </summary>
    internal Task SettledAsync(long entries)
    {
        lock (_lock)
        {
            if (IsSettled(entries))
            {
                return Task.CompletedTask;
            }

            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _settling = (entries, done);
            return done.Task;
        }
    }

    /// <summary>
    /// Adds a lease, unless this is closed, or leases were asked back since it was asked for: then it ends at once.
    /// </summary>
    /// <param name="lease">The lease.</param>
    /// <param name="askedBack">What <see cref="AskedBack"/> was before it was asked for.</param>
    internal bool TryAdd(MemoryLease lease, int askedBack)
    {
        lock (_lock)
        {
            if (!_closed && askedBack == _askedBack)
            {
                _leases.Add(lease);
                _leased += lease.Bytes;
                _limit += lease.Bytes;
                return true;
            }
        }

        lease.Dispose();
        return false;
    }

    /// <summary>
    /// Chooses leases of at least so many bytes together, or all, and lowers the limit to what the others cover. They
    /// are to be given to <see cref="GiveBack"/> or <see cref="Keep"/>.
    /// </summary>
    internal MemoryLease[] Withhold(long bytes)
    {
        lock (_lock)
        {
            _askedBack++;

            // The large ones that are needed whole, and then the smallest that suffices for the rest.
            _leases.Sort(static (left, right) => left.Bytes.CompareTo(right.Bytes));
            var chosen = new List<MemoryLease>();
            for (int i = _leases.Count - 1; i >= 0 && bytes > 0; i--)
            {
                if (_leases[i].Bytes <= bytes)
                {
                    bytes -= Choose(chosen, i);
                }
            }

            if (bytes > 0 && _leases.FindIndex(lease => lease.Bytes >= bytes) is >= 0 and { } least)
            {
                Choose(chosen, least);
            }

            return [.. chosen];
        }
    }

    /// <summary>
    /// Chooses leases that were not needed since the last call, but for a step ahead of what was. As
    /// <see cref="Withhold"/> otherwise; what is used is within the limit.
    /// </summary>
    internal MemoryLease[] WithholdIdle()
    {
        lock (_lock)
        {
            long needed = _peak == 0 ? 0 : _peak + StepBytes;
            _peak = _used;
            var chosen = new List<MemoryLease>();
            for (int i = _leases.Count - 1; i >= 0; i--)
            {
                if (_limit - _leases[i].Bytes >= needed)
                {
                    Choose(chosen, i);
                }
            }

            return [.. chosen];
        }
    }

    /// <summary>Ends leases that were withheld, once what is used is within the limit.</summary>
    internal void GiveBack(MemoryLease[] leases)
    {
        lock (_lock)
        {
            _leased -= leases.Sum(lease => lease.Bytes);
        }

        Array.ForEach(leases, lease => lease.Dispose());
    }

    /// <summary>Leases that were withheld are used on after all.</summary>
    internal void Keep(MemoryLease[] leases)
    {
        lock (_lock)
        {
            if (!_closed)
            {
                _leases.AddRange(leases);
                _limit += leases.Sum(lease => lease.Bytes);
                return;
            }
        }

        GiveBack(leases);
    }

    /// <summary>Ends all leases but those that are withheld, which their holder ends. Idempotent.</summary>
    internal void Close()
    {
        MemoryLease[] leases;
        lock (_lock)
        {
            _closed = true;
            leases = [.. _leases];
            _leases.Clear();
            _leased -= leases.Sum(lease => lease.Bytes);
            _limit = 0;
        }

        Array.ForEach(leases, lease => lease.Dispose());
    }

    private bool IsSettled(long entries) => _used <= _limit || _entries <= entries;

    private long Choose(List<MemoryLease> chosen, int at)
    {
        MemoryLease lease = _leases[at];
        _leases.RemoveAt(at);
        chosen.Add(lease);
        _limit -= lease.Bytes;
        return lease.Bytes;
    }
}
