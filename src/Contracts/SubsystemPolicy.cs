namespace Headroom.Contracts;

/// <summary>Policy of a subsystem. A null leaves the setting as it is.</summary>
[GenerateSerializer, Immutable, Alias("headroom.SubsystemPolicy")]
public sealed record SubsystemPolicy
{
    /// <summary>The highest urgency the subsystem may use; 0 to 3.</summary>
    [Id(0)] public byte? MaxUrgency { get; init; }

    /// <summary>A private store that only MustSucceed may use; 0 to the container's limit.</summary>
    [Id(1)] public long? EmergencyCreditBytes { get; init; }

    /// <summary>What happens when must-succeed cannot be met, as Headroom.LastResort's value.</summary>
    [Id(2)] public byte? LastResort { get; init; }

    /// <summary>How long must-succeed waits before the last resort; 0 to a day.</summary>
    [Id(3)] public TimeSpan? LastResortAfter { get; init; }

    /// <summary>Whether loans go home when the container's host has room again.</summary>
    [Id(4)] public bool? LoansComeHome { get; init; }
}
