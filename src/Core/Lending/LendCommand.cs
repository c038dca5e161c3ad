namespace Headroom;

/// <summary>A request to a reserve for a loan.</summary>
/// <param name="RequestId">Names this ask: the same again gets the first answer.</param>
/// <param name="Bytes">1 or more.</param>
/// <param name="Ttl">How long the loan lives without renewal; more than zero.</param>
/// <param name="Borrower">The borrowing subsystem, as <c>host/container/subsystem</c>.</param>
public sealed record LendCommand(Guid RequestId, long Bytes, TimeSpan Ttl, string Borrower);
