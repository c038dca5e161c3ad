namespace Headroom;

/// <summary>A session at one moment.</summary>
/// <param name="Open">Whether credit may be used.</param>
/// <param name="Session">The session's id; empty before the first.</param>
/// <param name="Epoch">The authority's epoch.</param>
/// <param name="CreditBytes">Drawn, not leased and not emergency credit.</param>
/// <param name="EmergencyBytes">Kept for must-succeed alone; also while the session is over.</param>
/// <param name="LeasedBytes">Leased, however granted.</param>
/// <param name="LostBytes">Leased and not backed by the authority.</param>
/// <param name="Overdue">Whether it did not give back in time what was asked.</param>
internal sealed record SessionPicture(
    bool Open,
    Guid Session,
    long Epoch,
    long CreditBytes,
    long EmergencyBytes,
    ByUrgency LeasedBytes,
    long LostBytes,
    bool Overdue);
