namespace Headroom;

/// <summary>What a session used must-succeed for. Totals since it opened, so that a repeat changes nothing.</summary>
/// <param name="Subsystem">The subsystem's name.</param>
/// <param name="Reason">The named reason.</param>
/// <param name="Requests">Requests granted from credit; 0 or more.</param>
/// <param name="OutstandingBytes">Bytes leased now; 0 or more.</param>
public readonly record struct ReasonReport(string Subsystem, string Reason, long Requests, long OutstandingBytes);
