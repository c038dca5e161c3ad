namespace Headroom.Remote;

/// <summary>A call to make to a lender.</summary>
/// <param name="Host">The lender.</param>
/// <param name="IsRelease">Whether the loans are given back; otherwise they are renewed.</param>
/// <param name="Loans">The loans; 1 or more, all of that lender.</param>
/// <param name="SentAt">When it was given out: what a renewal gives is counted from here.</param>
internal sealed record LoanCall(string Host, bool IsRelease, IReadOnlyList<LoanKey> Loans, TimeSpan SentAt);
