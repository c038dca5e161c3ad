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

    /// <summary>Leases were asked back for somebody who needs the bytes more.</summary>
    Reclaiming,

    /// <summary>Leases that were asked back came back.</summary>
    Reclaimed,

    /// <summary>Leases that were asked back did not come back in time.</summary>
    Overdue,

    /// <summary>A lease was granted from a rung beyond the host's free bytes.</summary>
    Escalated,

    /// <summary>Must-succeed could not be met: a subsystem came to its last resort, or still waits.</summary>
    LastResort,

    /// <summary>A subsystem came back from its last resort.</summary>
    Lifted,

    /// <summary>A host lent bytes to a subsystem of another.</summary>
    Lent,

    /// <summary>A loan ended: given back, or not renewed in time.</summary>
    Repaid,

    /// <summary>A container's hard limit was to be raised or put back: whether it was, and why not.</summary>
    Resized,
}
