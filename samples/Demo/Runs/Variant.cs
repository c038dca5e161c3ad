namespace Headroom.Samples.Demo.Runs;

/// <summary>What happens in a run beside the work.</summary>
internal enum Variant
{
    /// <summary>Nothing: one host.</summary>
    One,

    /// <summary>Three hosts, of which the tight one borrows from the others.</summary>
    Three,

    /// <summary>
    /// The same three, but its host has room and its container has not: what must succeed fills the container up to its
    /// hard limit, and borrows from there on.
    /// </summary>
    Brim,

    /// <summary>Memory of the host is taken away for the middle third of the run.</summary>
    Pressure,

    /// <summary>The authority is killed in the middle, and started anew.</summary>
    Failover,
}
