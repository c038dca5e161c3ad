namespace Headroom.Caching;

/// <summary>How a <see cref="LeasedMemoryCache"/> sizes its entries and takes and gives back memory.</summary>
public sealed class LeasedMemoryCacheOptions
{
    /// <summary>
    /// The subsystem whose bytes the entries are, for a cache that <c>AddHeadroomMemoryCache</c> makes: 1 to 253
    /// characters of <c>A-Z a-z 0-9 . _ : @ -</c>; <c>memory-cache</c> by default.
    /// </summary>
    public string Subsystem { get; set; } = "memory-cache";

    /// <summary>
    /// The least that is leased at once, in bytes; 4 KiB to 1 GiB, 1 MiB by default. A cache that has more takes a
    /// sixteenth of what it has, up to 64 MiB, so that there are few leases and little is given back in vain.
    /// </summary>
    public long StepBytes { get; set; } = 1 << 20;

    /// <summary>
    /// For how long leased bytes may be more than was needed before they go back; 1 s to 1 day, 1 min by default. As
    /// often is the cache looked through for entries that have expired.
    /// </summary>
    public TimeSpan IdleAfter { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Says how many bytes an entry takes, by its key and value, when the entry does not say its <c>Size</c>; 0 or
    /// more. Null, the default: an entry without a size throws when it is set.
    /// </summary>
    public Func<object, object?, long>? SizeEstimator { get; set; }

    /// <summary>Whether hits and misses are counted, for <c>GetCurrentStatistics</c>; false by default.</summary>
    public bool TrackStatistics { get; set; }

    /// <summary>The clock for <see cref="IdleAfter"/> and for pauses; that of the system unless set.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;
}
