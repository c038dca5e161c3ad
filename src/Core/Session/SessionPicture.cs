namespace Headroom;

/// <summary>A session at one moment.</summary>
/// <param name="Open">Whether credit may be used.</param>
/// <param name="Session">The session's id; empty before the first.</param>
/// <param name="Epoch">The authority's epoch.</param>
/// <param name="CreditBytes">Drawn and not leased.</param>
/// <param name="LeasedBytes">Leased, however granted.</param>
/// <param name="LostBytes">Leased and no longer backed by the authority.</param>
internal sealed record SessionPicture(
    bool Open, Guid Session, long Epoch, long CreditBytes, ByUrgency LeasedBytes, long LostBytes);
