namespace Headroom;

/// <summary>What a session holds for one subsystem, drawn by exchange.</summary>
/// <param name="Subsystem">The subsystem's name.</param>
/// <param name="CreditBytes">Drawn and not leased; 0 or more.</param>
/// <param name="LeasedBytes">Leased, by urgency; 0 or more each.</param>
public readonly record struct SubsystemHolding(string Subsystem, long CreditBytes, ByUrgency LeasedBytes)
{
    /// <summary>Drawn, not leased and kept for must-succeed alone; 0 or more.</summary>
    public long EmergencyBytes { get; init; }

    /// <summary>All of it together.</summary>
    public long TotalBytes => CreditBytes + EmergencyBytes + LeasedBytes.Total;
}
