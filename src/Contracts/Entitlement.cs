namespace Headroom.Contracts;

/// <summary>How much a session may hold in total for one subsystem. Part of an order.</summary>
public readonly record struct Entitlement
{
    /// <summary>The subsystem's name.</summary>
    public required string Subsystem { get; init; }

    /// <summary>Total bytes, credit and leases together; an absolute amount.</summary>
    public required long TotalBytes { get; init; }

    /// <summary>The highest urgency that the subsystem's policy allows; 0 to 3.</summary>
    public byte MaxUrgency { get; init; }

    /// <summary>
    /// Emergency credit of the policy: of what is not leased, this much is kept for MustSucceed alone. Part of
    /// <see cref="TotalBytes"/> as far as it was given.
    /// </summary>
    public long EmergencyBytes { get; init; }

    /// <summary>Leases below this urgency are asked back; 0 when nothing is.</summary>
    public byte ReclaimBelow { get; init; }

    /// <summary>
    /// What the session should keep at most of its leases below <see cref="ReclaimBelow"/>, drawn ones and those
    /// granted one by one together; an absolute amount.
    /// </summary>
    public long KeepBytes { get; init; }

    /// <summary>The subsystem's state, as Headroom.SubsystemState's value.</summary>
    public byte State { get; init; }

    /// <summary>Whether loans go home when there is room again.</summary>
    public bool LoansComeHome { get; init; }
}
