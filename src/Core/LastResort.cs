namespace Headroom;

/// <summary>What a subsystem does when a must-succeed request cannot be met. Values are on the wire.</summary>
public enum LastResort : byte
{
    /// <summary>Goes on waiting, loudly.</summary>
    Wait = 0,

    /// <summary>Hands the caller the preallocated object it registered.</summary>
    Fallback = 1,

    /// <summary>Marks the subsystem read-only and tells its client.</summary>
    ReadOnly = 2,

    /// <summary>Tells the client to stop.</summary>
    FailStop = 3,
}
