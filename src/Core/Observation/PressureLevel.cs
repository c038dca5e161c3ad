namespace Headroom;

/// <summary>How hard a host's memory is pressed, from its PSI. Values are on the wire.</summary>
public enum PressureLevel : byte
{
    /// <summary>Nobody stalls for memory.</summary>
    None = 0,

    /// <summary>Some tasks stall: the floors of low urgencies rise.</summary>
    Some = 1,

    /// <summary>Much time is lost to stalls: Optional is refused, and the floors of the others rise.</summary>
    High = 2,
}
