namespace Headroom;

/// <summary>A subsystem's part of a session at one moment.</summary>
/// <param name="Name">Its name.</param>
/// <param name="CreditBytes">Drawn, not leased and not emergency credit.</param>
/// <param name="EmergencyBytes">Kept for must-succeed alone; also while the session is over.</param>
/// <param name="LeasedBytes">Leased, however granted.</param>
/// <param name="LostBytes">Leased and not backed by the authority.</param>
/// <param name="AskedBackBytes">Of the leases, what is asked back.</param>
/// <param name="SpreadLeases">Leases that threads have made from credit spread to them, since the beginning.</param>
/// <param name="Misses">How often credit did not suffice, since the beginning.</param>
internal readonly record struct SubsystemPicture(
    string Name,
    long CreditBytes,
    long EmergencyBytes,
    ByUrgency LeasedBytes,
    long LostBytes,
    long AskedBackBytes,
    long SpreadLeases,
    ByUrgency Misses);
