namespace Headroom.Grains.Events;

/// <summary>What happened. The API has these names in camelCase.</summary>
public enum EventType
{
    /// <summary>
    /// Events are missing before the next one: the reader was too slow, or asked for what is no longer kept.
    /// </summary>
    Dropped,

    /// <summary>A lease was granted.</summary>
    Granted,

    /// <summary>A request was refused for want of memory.</summary>
    Refused,

    /// <summary>A request was refused by policy or quota.</summary>
    Denied,

    /// <summary>A request began to wait.</summary>
    Waiting,

    /// <summary>A lease was given back.</summary>
    Released,

    /// <summary>A session or a lease lapsed.</summary>
    Lapsed,

    /// <summary>A session opened.</summary>
    SessionOpened,

    /// <summary>A session closed.</summary>
    SessionClosed,

    /// <summary>Memory pressure changed.</summary>
    Pressure,

    /// <summary>Settings changed.</summary>
    Configured,

    /// <summary>
    /// The kernel killed a process of a container for want of memory: what Headroom is there to prevent.
    /// </summary>
    OomKilled,

    /// <summary>An authority began or ended learning from its clients.</summary>
    Learning,
}
