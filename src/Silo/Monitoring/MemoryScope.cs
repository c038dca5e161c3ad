namespace Headroom.Silo.Monitoring;

/// <summary>Whose memory a silo's host reading is about.</summary>
internal enum MemoryScope
{
    /// <summary>
    /// What this silo can really use: the machine's memory, or that of the cgroup that limits the silo. Right for a
    /// silo
    /// that shares its limit with its clients, and for one that runs without a limit.
    /// </summary>
    Own,

    /// <summary>
    /// The machine's memory, whatever limits the silo itself. Right for a silo that looks after a whole node from a
    /// small
    /// container of its own.
    /// </summary>
    Machine,
}
