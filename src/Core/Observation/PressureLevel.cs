namespace Headroom;

/// <summary>How hard memory is pressed, in rising order: the higher, the more the floors of low urgencies
/// rise.</summary>
public enum PressureLevel : byte
{
    /// <summary>No task loses time worth naming to the want of memory.</summary>
    None = 0,

    /// <summary>Some tasks stall while others go on: memory is short.</summary>
    Some = 1,

    /// <summary>All runnable tasks stall at once for a large part of the time: the machine thrashes.</summary>
    High = 2,
}
