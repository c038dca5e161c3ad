namespace Headroom;

/// <summary>
/// Where a lease keeps what it needs for giving back; reused by later leases. A lease is a slot and the token that the
/// slot had when it was taken; ending a lease moves the token on, so that only one of all copies of a lease ends it,
/// and none ends a later lease in the same slot.
/// </summary>
internal sealed class LeaseSlot
{
    private const int UrgencyBits = 2;
    private const long UrgencyMask = (1L << UrgencyBits) - 1;

    private long _token;

    /// <summary>The account that the bytes were leased from; null while the slot is free.</summary>
    internal CreditAccount? Account { get; private set; }

    /// <summary>The lease's size.</summary>
    internal long Bytes { get; private set; }

    /// <summary>The authority's id of the lease; 0 for a lease from credit.</summary>
    internal long LeaseId { get; private set; }

    /// <summary>Which opening of the session the lease id belongs to.</summary>
    internal long Opening { get; private set; }

    /// <summary>What must-succeed was used for, to be told when the lease ends; null for other urgencies.</summary>
    internal ReasonTally.Row? Reason { get; private set; }

    /// <summary>Where it comes from, when that is not credit alone; null otherwise.</summary>
    internal ILeaseOrigin? Origin { get; private set; }

    /// <summary>Whether its bytes are on other hosts, and in no account here.</summary>
    internal bool IsRemote { get; private set; }

    /// <summary>The urgency in a token.</summary>
    internal static Urgency UrgencyOf(long token) => (Urgency)(token & UrgencyMask);

    /// <summary>Starts a lease in a free slot. The token is never 0 and never repeats.</summary>
    internal long Start(in LeaseTerms terms, Urgency urgency)
    {
        Account = terms.Account;
        Bytes = terms.Bytes;
        LeaseId = terms.LeaseId;
        Opening = terms.Opening;
        Reason = terms.Reason;
        Origin = terms.Origin;
        IsRemote = terms.IsRemote;
        long token = (((_token >> UrgencyBits) + 1) << UrgencyBits) | (long)urgency;
        Volatile.Write(ref _token, token);
        return token;
    }

    /// <summary>True while the lease of this token is held.</summary>
    internal bool Holds(long token) => Volatile.Read(ref _token) == token;

    /// <summary>
    /// Ends the lease of this token and gives its bytes back. Only the first call does anything, of all threads.
    /// </summary>
    internal void End(long token)
    {
        long next = ((token >> UrgencyBits) + 1) << UrgencyBits;
        if (Volatile.Read(ref _token) != token || Interlocked.CompareExchange(ref _token, next, token) != token)
        {
            return;
        }

        CreditAccount account = Account!;
        ILeaseOrigin? origin = Origin;
        long bytes = Bytes;
        if (LeaseId != 0)
        {
            account.Owner.Core.GiveBackNamed(this, UrgencyOf(token));
        }
        else if (origin is null)
        {
            Reason?.GaveBack(bytes);
            account.GiveBack(bytes, UrgencyOf(token));
        }

        Account = null;
        Reason = null;
        Origin = null;
        account.Owner.Core.Recycle(this);
        origin?.Ended(bytes);
    }
}
