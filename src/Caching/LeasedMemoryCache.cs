using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Headroom.Caching;

/// <summary>
/// A memory cache whose entries are covered by <see cref="Urgency.Optional"/> leases: it grows into what is free, and
/// drops entries when memory is asked back. Entries have sizes in bytes. One that cannot be covered is not kept, as if
/// it had been evicted at once. Thread-safe.
/// </summary>
/// <remarks>
/// A <see cref="MemoryCache"/> has the entries, so expiration, priorities and callbacks are as there, with two
/// differences: <see cref="CacheItemPriority.NeverRemove"/> counts as <see cref="CacheItemPriority.High"/>, and entries
/// are not linked to those that are made meanwhile. At each moment what is leased covers all entries that can be got.
/// </remarks>
public sealed partial class LeasedMemoryCache : IMemoryCache
{
    /// <summary>
    /// What is added to the size of each entry for its bookkeeping, here and in the cache below; bytes.
    /// </summary>
    public const int EntryBytes = 400;

    private static readonly PostEvictionDelegate Evicted =
        static (_, _, _, state) => ((LeasedEntry)state!).Gone();

    private readonly ISubsystem _subsystem;
    private readonly LeasedMemoryCacheOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly MemoryCache _cache;
    private readonly CacheCover _cover;
    private readonly IDisposable _reclaim;
    private readonly ITimer _idle;
    private int _disposed;

    /// <summary>Makes a cache, and asks for a first step in the background.</summary>
    /// <param name="subsystem">Whose bytes the entries are. Best is one that nobody else uses.</param>
    /// <param name="options">How it sizes entries and takes memory; null for the defaults.</param>
    /// <param name="loggerFactory">Where to log; null for nowhere.</param>
    /// <exception cref="OptionsValidationException">Options are wrong; names each.</exception>
    public LeasedMemoryCache(
        ISubsystem subsystem, LeasedMemoryCacheOptions? options = null, ILoggerFactory? loggerFactory = null)
    {
        ArgumentNullException.ThrowIfNull(subsystem);
        _options = options ?? new LeasedMemoryCacheOptions();
        string[] errors = [.. LeasedMemoryCacheOptionsValidator.Errors(_options)];
        if (errors.Length > 0)
        {
            throw new OptionsValidationException(Options.DefaultName, typeof(LeasedMemoryCacheOptions), errors);
        }

        loggerFactory ??= NullLoggerFactory.Instance;
        _subsystem = subsystem;
        _time = _options.TimeProvider;
        _logger = loggerFactory.CreateLogger<LeasedMemoryCache>();
        _cache = new MemoryCache(
            new MemoryCacheOptions
            {
                TrackStatistics = _options.TrackStatistics,
                ExpirationScanFrequency = _options.IdleAfter,
            },
            loggerFactory);
        _cover = new CacheCover(_options.StepBytes);
        _reclaim = subsystem.OnReclaim(GiveBackAsync);
        _idle = _time.CreateTimer(
            static state => ((LeasedMemoryCache)state!).Tidy(), this, _options.IdleAfter, _options.IdleAfter);
        Grow(0);
    }

    /// <summary>Bytes that are leased now: at least <see cref="UsedBytes"/>.</summary>
    public long LeasedBytes => _cover.LeasedBytes;

    /// <summary>
    /// Bytes that the entries take, with <see cref="EntryBytes"/> for each: at least those of the entries that can be
    /// got now.
    /// </summary>
    public long UsedBytes => _cover.UsedBytes;

    /// <summary>Entries; some may have expired already.</summary>
    public int Count => _cache.Count;

    /// <inheritdoc/>
    /// <remarks>
    /// The entry is added when it is disposed. Then it throws <see cref="InvalidOperationException"/> when it has no
    /// size in bytes and there is no estimator.
    /// </remarks>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    public ICacheEntry CreateEntry(object key) => new LeasedEntry(this, _cache.CreateEntry(key));

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    public bool TryGetValue(object key, out object? value) => _cache.TryGetValue(key, out value);

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    public void Remove(object key) => _cache.Remove(key);

    /// <summary>
    /// Counts since the cache was made, with <see cref="UsedBytes"/> as the size; null unless
    /// <see cref="LeasedMemoryCacheOptions.TrackStatistics"/> is on.
    /// </summary>
    public MemoryCacheStatistics? GetCurrentStatistics() => _cache.GetCurrentStatistics() is { } statistics
        ? new MemoryCacheStatistics
        {
            TotalHits = statistics.TotalHits,
            TotalMisses = statistics.TotalMisses,
            CurrentEntryCount = statistics.CurrentEntryCount,
            CurrentEstimatedSize = UsedBytes,
        }
        : null;

    /// <summary>Removes all entries and gives back what is leased. Idempotent.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
        {
            return;
        }

        _reclaim.Dispose();
        _idle.Dispose();

        // Disposing alone would leave the entries where whoever holds the cache keeps them alive.
        _cache.Clear();
        _cache.Dispose();
        _cover.Close();
    }

    /// <summary>Adds an entry that is complete, if it can be covered.</summary>
    internal void Commit(LeasedEntry entry, ICacheEntry inner)
    {
        long bytes = SizeOf(inner);
        if (!TryCover(bytes))
        {
            Refuse(inner);
            return;
        }

        // Before those of the application, which may take long.
        entry.Count(bytes);
        inner.PostEvictionCallbacks.Insert(
            0, new PostEvictionCallbackRegistration { EvictionCallback = Evicted, State = entry });
        inner.Dispose();
    }

    /// <summary>An entry of so many bytes has gone.</summary>
    internal void EndUse(long bytes) => _cover.EndUse(bytes);

    private long SizeOf(ICacheEntry entry)
    {
        long bytes = entry.Size ?? _options.SizeEstimator?.Invoke(entry.Key, entry.Value)
            ?? throw new InvalidOperationException(
                "An entry must say its Size in bytes, or the cache must have a SizeEstimator.");
        return bytes >= 0
            ? Math.Min(bytes, long.MaxValue - EntryBytes) + EntryBytes
            : throw new InvalidOperationException($"The SizeEstimator said {bytes} bytes; it must be 0 or more.");
    }

    // As a cache does that is full: what was under the key is old now, and the entry was evicted at once.
    private void Refuse(ICacheEntry inner)
    {
        _cache.Remove(inner.Key);
        PostEvictionCallbackRegistration[] callbacks = [.. inner.PostEvictionCallbacks];
        if (callbacks.Length > 0)
        {
            _ = Task.Run(() => Tell(inner, callbacks));
        }
    }

    private void Tell(ICacheEntry inner, PostEvictionCallbackRegistration[] callbacks)
    {
        foreach (PostEvictionCallbackRegistration callback in callbacks)
        {
            try
            {
                callback.EvictionCallback?.Invoke(inner.Key, inner.Value, EvictionReason.Capacity, callback.State);
            }
            catch (Exception error)
            {
                // The application's code: the others are told all the same.
                LogCallbackFailed(_logger, _subsystem.Name, error);
            }
        }
    }
}
