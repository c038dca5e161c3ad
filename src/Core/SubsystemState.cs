namespace Headroom;

/// <summary>How a subsystem stands with must-succeed. Values are on the wire.</summary>
public enum SubsystemState : byte
{
    /// <summary>Must-succeed is met, or waits within its patience.</summary>
    Normal = 0,

    /// <summary>Last resort Wait: a must-succeed request has waited longer than its patience, and goes on.</summary>
    Waiting = 1,

    /// <summary>Last resort Fallback: callers are handed the object that was registered.</summary>
    Fallback = 2,

    /// <summary>Last resort ReadOnly: the subsystem must not write.</summary>
    ReadOnly = 3,

    /// <summary>Last resort FailStop: the client must stop.</summary>
    FailStop = 4,
}
