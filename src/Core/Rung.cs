namespace Headroom;

/// <summary>
/// A step of the escalation ladder; a request is granted from the first that can. Values are on the wire.
/// </summary>
public enum Rung : byte
{
    /// <summary>No rung: nothing was tried.</summary>
    None = 0,

    /// <summary>The session's own unused credit.</summary>
    Credit = 1,

    /// <summary>The container's allotment.</summary>
    Container = 2,

    /// <summary>The host's free bytes, within the container's limit.</summary>
    Host = 3,

    /// <summary>Memory taken back from lower urgencies.</summary>
    Reclaim = 4,

    /// <summary>Beyond the container's limit, charged to the host.</summary>
    Overdraft = 5,

    /// <summary>Pledged reserve of another host: real memory there.</summary>
    Loan = 6,

    /// <summary>Waiting in the queue.</summary>
    Wait = 7,

    /// <summary>What the subsystem declared for when nothing else helps.</summary>
    LastResort = 8,

    /// <summary>Beyond the container's hard limit as its owner set it, once that was raised.</summary>
    Resize = 9,
}
