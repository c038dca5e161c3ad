namespace Headroom;

/// <summary>
/// Memory is asked back: somebody with a higher urgency needs it. Disposing leases below <see cref="Below"/> gives it
/// back.
/// </summary>
/// <param name="Subsystem">The subsystem that is asked.</param>
/// <param name="Bytes">How much of its leases below <see cref="Below"/> should end; 1 or more.</param>
/// <param name="Below">Leases of a lower urgency than this are meant: the lowest first is the best choice.</param>
/// <param name="Within">
/// Within what time. A process that does not give back by then is marked, shown, and refused everything but
/// must-succeed until it has.
/// </param>
public sealed record ReclaimRequest(string Subsystem, long Bytes, Urgency Below, TimeSpan Within);
