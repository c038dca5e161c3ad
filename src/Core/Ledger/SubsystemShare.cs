namespace Headroom;

/// <summary>How much a session may hold in total for one subsystem: a row of an order.</summary>
/// <param name="Subsystem">The subsystem's name.</param>
/// <param name="TotalBytes">Credit and leases together; an absolute amount.</param>
/// <param name="MaxUrgency">The highest urgency that the subsystem's policy allows.</param>
public readonly record struct SubsystemShare(string Subsystem, long TotalBytes, Urgency MaxUrgency)
{
    /// <summary>Emergency credit of the policy: of what is not leased, this much is for must-succeed alone.</summary>
    public long EmergencyBytes { get; init; }

    /// <summary>Leases below this urgency are asked back; Optional when nothing is.</summary>
    public Urgency ReclaimBelow { get; init; }

    /// <summary>What the session should keep at most of its leases below <see cref="ReclaimBelow"/>.</summary>
    public long KeepBytes { get; init; }

    /// <summary>The subsystem's state.</summary>
    public SubsystemState State { get; init; }

    /// <summary>Whether loans go home when there is room again.</summary>
    public bool LoansComeHome { get; init; }
}
