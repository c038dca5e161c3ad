namespace Headroom.Caching;

/// <content>Growing into what is free, and making room when nothing is.</content>
public sealed partial class LeasedMemoryCache
{
    /// <summary>How much is dropped when the cache is full and cannot grow: as a MemoryCache does.</summary>
    private const double DroppedPart = 0.05;

    // Asking again sooner would find nothing new.
    private static readonly TimeSpan LeastPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    // The last time that more was asked for, there was nothing.
    private volatile bool _full;
    private int _growing;
    private int _evicting;
    private long _growFrom = long.MinValue;

    /// <summary>Whether more is being asked for.</summary>
    internal bool IsGrowing => Volatile.Read(ref _growing) == 1;

    private bool TryCover(long bytes)
    {
        if (_cover.TryUse(bytes, out bool low))
        {
            if (low)
            {
                Grow(0);
            }

            return true;
        }

        Grow(bytes);
        if (_full && _cover.CouldHold(bytes))
        {
            Evict();
        }

        return false;
    }

    // In the background, unless that was refused a moment ago; on behalf of nobody: it must not count as part of the
    // request that happened to set an entry.
    private void Grow(long bytes)
    {
        // Before the pause is looked at: who asks back sets that first.
        int askedBack = _cover.AskedBack;
        if (_time.GetTimestamp() >= Volatile.Read(ref _growFrom) && Interlocked.Exchange(ref _growing, 1) == 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(
                static grow => _ = grow.Cache.GrowAsync(grow.Bytes, grow.AskedBack),
                (Cache: this, Bytes: bytes, AskedBack: askedBack),
                preferLocal: false);
        }
    }

    private async Task GrowAsync(long bytes, int askedBack)
    {
        try
        {
            while (_cover.TryAdd(await LeaseAsync(Math.Max(bytes, _cover.StepBytes)), askedBack))
            {
                _full = false;
                bytes = 0;
                if (!_cover.IsLow)
                {
                    break;
                }
            }
        }
        catch (MemoryRefusedException refused)
        {
            PauseGrowth(refused.RetryAfter);
        }
        catch (ObjectDisposedException)
        {
            // The budget is closed: what is leased is used on, and nothing comes to it.
            PauseGrowth(LongestPause);
        }
        catch (ArgumentOutOfRangeException)
        {
            // An entry larger than the whole host.
            PauseGrowth(LeastPause);
        }
        catch (Exception error)
        {
            LogGrowthFailed(_logger, _subsystem.Name, error);
            PauseGrowth(LongestPause);
        }
        finally
        {
            Volatile.Write(ref _growing, 0);
        }
    }

    // What is left may be less than a large step.
    private async ValueTask<MemoryLease> LeaseAsync(long bytes)
    {
        while (true)
        {
            try
            {
                return await _subsystem.AcquireAsync(bytes, Urgency.Optional);
            }
            catch (MemoryRefusedException) when (bytes > _options.StepBytes)
            {
                bytes = Math.Max(_options.StepBytes, bytes / 2);
            }
        }
    }

    private void PauseGrowth(TimeSpan pause)
    {
        TimeSpan bounded = pause < LeastPause ? LeastPause : pause > LongestPause ? LongestPause : pause;
        _full = true;
        long ticks = (long)(bounded.TotalSeconds * _time.TimestampFrequency);
        Volatile.Write(ref _growFrom, _time.GetTimestamp() + ticks);
    }

    // Off the caller's thread, as a MemoryCache does: it looks through all entries.
    private void Evict()
    {
        if (Interlocked.Exchange(ref _evicting, 1) == 1)
        {
            return;
        }

        ThreadPool.UnsafeQueueUserWorkItem(
            static cache =>
            {
                cache.Drop(DroppedPart);
                Volatile.Write(ref cache._evicting, 0);
            },
            this,
            preferLocal: false);
    }

    /// <summary>Drops this part of the entries, one at least.</summary>
    private void Drop(double part)
    {
        try
        {
            // The number of entries is rounded down.
            _cache.Compact(Math.Min(1, Math.Max(part, 1.5 / Math.Max(1, _cache.Count))));
        }
        catch (ObjectDisposedException)
        {
            // Disposed meanwhile: all entries have gone.
            return;
        }
    }
}
