namespace Headroom.Grains.Lending;

/// <summary>What is to be borrowed.</summary>
/// <param name="RequestId">The request that it is for; a repeat of it gets the same loan.</param>
/// <param name="Host">The borrower's own host: never asked.</param>
/// <param name="Borrower">The borrowing subsystem, as <c>host/container/subsystem</c>.</param>
/// <param name="Bytes">Its size; 1 or more.</param>
/// <param name="Replicas">On how many hosts it is kept; 1 or 2.</param>
/// <param name="Ttl">How long it lives without renewal.</param>
internal sealed record LoanWish(
    Guid RequestId, string Host, string Borrower, long Bytes, int Replicas, TimeSpan Ttl);
