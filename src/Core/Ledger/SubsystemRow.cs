namespace Headroom;

/// <summary>A subsystem's declared policy.</summary>
/// <param name="Name">The subsystem's name.</param>
/// <param name="MaxUrgency">The highest urgency it may use.</param>
/// <param name="EmergencyCreditBytes">A private store that only MustSucceed may use.</param>
/// <param name="LastResort">What happens when must-succeed cannot be met.</param>
public sealed record SubsystemRow(
    string Name, Urgency MaxUrgency, long EmergencyCreditBytes, LastResort LastResort);
