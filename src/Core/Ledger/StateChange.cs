namespace Headroom;

/// <summary>A subsystem came to its last resort, still waits, or is back.</summary>
/// <param name="Subsystem">The subsystem.</param>
/// <param name="State">Its state now.</param>
/// <param name="Bytes">The request that could not be met.</param>
/// <param name="Lasted">How long that request has waited; of Normal, how long the state lasted.</param>
/// <param name="Reason">What the request was for; empty for Normal.</param>
public readonly record struct StateChange(
    string Subsystem, SubsystemState State, long Bytes, TimeSpan Lasted, string Reason);
