namespace Headroom;

/// <summary>What a subsystem holds, over all sessions and leases.</summary>
public sealed class SubsystemBook
{
    private ByUrgency _leased;

    internal SubsystemBook(string name, SubsystemRow policy) => (Name, Policy) = (name, policy);

    /// <summary>The subsystem's name.</summary>
    public string Name { get; }

    /// <summary>Drawn by sessions and not leased.</summary>
    public long CreditBytes { get; internal set; }

    /// <summary>Leased, by urgency.</summary>
    public ByUrgency LeasedBytes => _leased;

    /// <summary>Of the credit, what sessions keep for must-succeed alone.</summary>
    public long EmergencyBytes { get; internal set; }

    /// <summary>How it stands with must-succeed.</summary>
    public SubsystemState State { get; internal set; }

    /// <summary>Since when; meaningless for Normal.</summary>
    public TimeSpan StateSince { get; internal set; }

    /// <summary>The request that could not be met; 0 for Normal.</summary>
    public long StateBytes { get; internal set; }

    /// <summary>The policy in force, defaults filled in.</summary>
    internal SubsystemRow Policy { get; set; }

    /// <summary>When to complain next of a request that waits beyond its patience.</summary>
    internal TimeSpan ComplainAt { get; set; }

    /// <summary>Leases without a session that were not given back when asked.</summary>
    internal int OverdueLeases { get; set; }

    /// <summary>
    /// Leases, sessions' accounts and waiting requests that refer to it; without any it may be forgotten.
    /// </summary>
    internal int Users { get; set; }

    internal void AddLeased(ByUrgency delta) => _leased += delta;
}
