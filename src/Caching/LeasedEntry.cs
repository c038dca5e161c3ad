using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Primitives;

namespace Headroom.Caching;

/// <summary>An entry that is being made: as the cache below has it, and counted when it is added.</summary>
internal sealed class LeasedEntry(LeasedMemoryCache cache, ICacheEntry entry) : ICacheEntry
{
    private bool _hasValue;
    private bool _disposed;
    private long _counted;

    public object Key => entry.Key;

    public object? Value
    {
        get => entry.Value;
        set
        {
            entry.Value = value;
            _hasValue = true;
        }
    }

    public DateTimeOffset? AbsoluteExpiration
    {
        get => entry.AbsoluteExpiration;
        set => entry.AbsoluteExpiration = value;
    }

    public TimeSpan? AbsoluteExpirationRelativeToNow
    {
        get => entry.AbsoluteExpirationRelativeToNow;
        set => entry.AbsoluteExpirationRelativeToNow = value;
    }

    public TimeSpan? SlidingExpiration
    {
        get => entry.SlidingExpiration;
        set => entry.SlidingExpiration = value;
    }

    public IList<IChangeToken> ExpirationTokens => entry.ExpirationTokens;

    public IList<PostEvictionCallbackRegistration> PostEvictionCallbacks => entry.PostEvictionCallbacks;

    // What is Optional can be removed, whatever it says.
    public CacheItemPriority Priority
    {
        get => entry.Priority;
        set => entry.Priority = value == CacheItemPriority.NeverRemove ? CacheItemPriority.High : value;
    }

    public long? Size
    {
        get => entry.Size;
        set => entry.Size = value;
    }

    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        // Without a value nothing is added: its making failed.
        _disposed = true;
        if (_hasValue)
        {
            cache.Commit(this, entry);
        }
        else
        {
            entry.Dispose();
        }
    }

    /// <summary>It counts for so many bytes from now on.</summary>
    internal void Count(long bytes) => Volatile.Write(ref _counted, bytes);

    /// <summary>It is in the cache no more.</summary>
    internal void Gone()
    {
        if (Interlocked.Exchange(ref _counted, 0) is > 0 and { } bytes)
        {
            cache.EndUse(bytes);
        }
    }
}
