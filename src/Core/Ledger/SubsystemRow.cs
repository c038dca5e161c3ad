namespace Headroom;

/// <summary>A subsystem's declared policy.</summary>
/// <param name="Name">The subsystem's name.</param>
/// <param name="MaxUrgency">The highest urgency it may use.</param>
/// <param name="EmergencyCreditBytes">A private store that only MustSucceed may use.</param>
/// <param name="LastResort">What happens when must-succeed cannot be met.</param>
public sealed record SubsystemRow(
    string Name, Urgency MaxUrgency, long EmergencyCreditBytes, LastResort LastResort)
{
    /// <summary>
    /// The patience of a policy that names none. Longer than a silo's death is noticed, a budget learns and a client
    /// lapses: none of these should make a file system read-only.
    /// </summary>
    public static readonly TimeSpan DefaultLastResortAfter = TimeSpan.FromSeconds(30);

    /// <summary>The longest patience.</summary>
    public static readonly TimeSpan MaxLastResortAfter = TimeSpan.FromDays(1);

    /// <summary>How long must-succeed waits before the last resort.</summary>
    public TimeSpan LastResortAfter { get; init; } = DefaultLastResortAfter;

    /// <summary>Whether loans go home when the container's host has room again.</summary>
    public bool LoansComeHome { get; init; }
}
