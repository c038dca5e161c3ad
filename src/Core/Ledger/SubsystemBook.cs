namespace Headroom;

/// <summary>What a subsystem holds, over all sessions and leases.</summary>
public sealed class SubsystemBook
{
    private ByUrgency _leased;

    internal SubsystemBook(string name) => Name = name;

    /// <summary>The subsystem's name.</summary>
    public string Name { get; }

    /// <summary>Drawn by sessions and not leased.</summary>
    public long CreditBytes { get; internal set; }

    /// <summary>Leased, by urgency.</summary>
    public ByUrgency LeasedBytes => _leased;

    /// <summary>
    /// Leases, sessions' accounts and waiting requests that refer to it; without any it may be forgotten.
    /// </summary>
    internal int Users { get; set; }

    internal void AddLeased(ByUrgency delta) => _leased += delta;
}
