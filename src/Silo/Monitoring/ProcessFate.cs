namespace Headroom.Silo.Monitoring;

/// <summary>What became of a process.</summary>
internal enum ProcessFate
{
    /// <summary>Nothing can be said: it may live without being visible from here.</summary>
    Unknown,

    /// <summary>It runs, and may hold memory.</summary>
    Alive,

    /// <summary>It has ended, and its own memory is free: it is not there, only its exit status is, or its id is
    /// another's.</summary>
    Gone,
}
