namespace Headroom;

/// <summary>A session at one moment.</summary>
/// <param name="Open">Whether credit may be used.</param>
/// <param name="Session">The session's id; empty before the first.</param>
/// <param name="Epoch">The authority's epoch.</param>
/// <param name="Overdue">Whether it did not give back in time what was asked.</param>
/// <param name="Lapses">How often it was over because it could not be renewed.</param>
/// <param name="Leases">Leases made since the beginning, however granted.</param>
/// <param name="Subsystems">Its parts, in the order of their names.</param>
internal sealed record SessionPicture(
    bool Open,
    Guid Session,
    long Epoch,
    bool Overdue,
    long Lapses,
    long Leases,
    IReadOnlyList<SubsystemPicture> Subsystems)
{
    /// <summary>Drawn, not leased and not emergency credit.</summary>
    internal long CreditBytes => Subsystems.Sum(part => part.CreditBytes);

    /// <summary>Kept for must-succeed alone; also while the session is over.</summary>
    internal long EmergencyBytes => Subsystems.Sum(part => part.EmergencyBytes);

    /// <summary>Leased, however granted.</summary>
    internal ByUrgency LeasedBytes =>
        Subsystems.Aggregate(default(ByUrgency), (leased, part) => leased + part.LeasedBytes);

    /// <summary>Leased and not backed by the authority.</summary>
    internal long LostBytes => Subsystems.Sum(part => part.LostBytes);
}
