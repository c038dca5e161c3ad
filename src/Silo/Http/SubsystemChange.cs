namespace Headroom.Silo.Http;

/// <summary>Body of <c>PUT .../subsystems/{subsystem}</c>; what is absent stays as it is.</summary>
/// <param name="MaxUrgency">The highest urgency it may use: 0 to 3 or its name.</param>
/// <param name="EmergencyCreditBytes">A private store that only MustSucceed may use; 0 to the container's limit.</param>
/// <param name="LastResort">Wait, Fallback, ReadOnly or FailStop.</param>
internal sealed record SubsystemChange(string? MaxUrgency, long? EmergencyCreditBytes, string? LastResort);
