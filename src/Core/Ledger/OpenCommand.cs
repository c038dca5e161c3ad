namespace Headroom;

/// <summary>A client opens a session with what it already holds.</summary>
/// <param name="Session">Chosen by the client; never empty, never reused.</param>
/// <param name="Replaces">Its earlier session; empty for none.</param>
/// <param name="Holdings">What it holds, however it was granted; each subsystem at most once.</param>
/// <param name="Process">The client's process.</param>
public sealed record OpenCommand(
    Guid Session, Guid Replaces, IReadOnlyList<SubsystemHolding> Holdings, ProcessIdentity Process);
