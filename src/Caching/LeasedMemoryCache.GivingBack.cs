namespace Headroom.Caching;

/// <content>Giving back what is asked for, and what is not needed.</content>
public sealed partial class LeasedMemoryCache
{
    // Entries that are dropped are counted out on other threads, a moment later.
    private static readonly TimeSpan SettleLimit = TimeSpan.FromMilliseconds(200);

    // Entries differ in size: what a part of them brings is seen only then. Each round drops at least one.
    private const int MostRounds = 32;

    private readonly SemaphoreSlim _shrinking = new(1);

    // Entries first, then the dead objects, and the leases last: what is said to be back is back.
    internal async ValueTask GiveBackAsync(ReclaimRequest request)
    {
        await _shrinking.WaitAsync();
        try
        {
            // Nobody gets Optional bytes while somebody waits for these.
            PauseGrowth(request.Within);
            long before = UsedBytes;
            MemoryLease[] leases = _cover.Withhold(request.Bytes);
            if (!await DropExcessAsync())
            {
                _cover.Keep(leases);
                return;
            }

            request.Collect(before - UsedBytes);
            long bytes = leases.Sum(lease => lease.Bytes);
            _cover.GiveBack(leases);
            LogGaveBack(_logger, _subsystem.Name, bytes, request.Bytes, LeasedBytes);
        }
        finally
        {
            _shrinking.Release();
        }
    }

    private async ValueTask<bool> DropExcessAsync()
    {
        for (int round = 0; round < MostRounds; round++)
        {
            long excess = _cover.ExcessBytes;
            if (excess == 0)
            {
                return true;
            }

            Drop((double)excess / UsedBytes);
            try
            {
                await _cover.SettledAsync(_cache.Count).WaitAsync(SettleLimit, _time);
            }
            catch (TimeoutException)
            {
                // The threads are busy elsewhere; what has been counted out by now counts.
                continue;
            }
        }

        return _cover.ExcessBytes == 0;
    }

    // On the timer: expired entries go, and then the leases that nobody needed since the last time.
    internal void Tidy()
    {
        if (!_shrinking.Wait(0))
        {
            return;
        }

        try
        {
            _cache.Compact(0);
            _cover.GiveBack(_cover.WithholdIdle());
        }
        catch (ObjectDisposedException)
        {
            // Disposed meanwhile: all leases have ended.
            return;
        }
        finally
        {
            _shrinking.Release();
        }
    }
}
