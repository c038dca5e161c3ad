namespace Headroom.Samples.Demo.Runs;

/// <summary>Who decides what may be allocated in a run.</summary>
internal enum Mode
{
    /// <summary>Nobody: each part allocates as it likes.</summary>
    Naive,

    /// <summary>Each program by itself, as carefully as it can today.</summary>
    Plain,

    /// <summary>Each part asks Headroom.</summary>
    Headroom,
}
