namespace Headroom.Grains.Events;

/// <summary>The types of events.</summary>
public static class EventTypes
{
    /// <summary>A lease was granted.</summary>
    public const string Granted = "granted";

    /// <summary>A request was refused.</summary>
    public const string Refused = "refused";

    /// <summary>A request has waited as long as one call may, and keeps its place.</summary>
    public const string Waiting = "waiting";

    /// <summary>A container has learned what its clients hold after a restart.</summary>
    public const string Learned = "learned";

    /// <summary>The pressure on a host's memory changed its level.</summary>
    public const string Pressure = "pressure";

    /// <summary>The kernel killed a process of a container for want of memory: what Headroom is there to prevent.</summary>
    public const string OomKilled = "oomKilled";

    /// <summary>The reader was too slow: some events were left out, Detail says how many.</summary>
    public const string Dropped = "dropped";
}
