namespace Headroom;

/// <summary>What one subsystem used must-succeed for.</summary>
/// <param name="Subsystem">The subsystem's name.</param>
/// <param name="Reason">The named reason; empty when none was given.</param>
/// <param name="Granted">Requests granted since this authority began, on whatever rung.</param>
/// <param name="Waiting">Requests that wait now.</param>
/// <param name="OutstandingBytes">Bytes leased now, loans included.</param>
public readonly record struct ReasonUse(
    string Subsystem, string Reason, long Granted, int Waiting, long OutstandingBytes);
