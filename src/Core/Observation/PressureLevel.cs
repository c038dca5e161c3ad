namespace Headroom;

<<<<<<< HEAD
/// <summary>How hard a host's memory is pressed, from its PSI. Values are on the wire.</summary>
public enum PressureLevel : byte
{
    /// <summary>Nobody stalls for memory.</summary>
    None = 0,

    /// <summary>Some tasks stall: the floors of low urgencies rise.</summary>
    Some = 1,

    /// <summary>Much time is lost to stalls: Optional is refused, and the floors of the others rise.</summary>
=======
/// <summary>How hard memory is pressed, in rising order: the higher, the more the floors of low urgencies rise.</summary>
public enum PressureLevel : byte
{
    /// <summary>No task loses time worth naming to the want of memory.</summary>
    None = 0,

    /// <summary>Some tasks stall while others go on: memory is short.</summary>
    Some = 1,

    /// <summary>All runnable tasks stall at once for a large part of the time: the machine thrashes.</summary>
>>>>>>> monitor
    High = 2,
}
