namespace Headroom;

/// <summary>
/// A slot that any thread takes and ends: of leases that were granted one by one, that come from somewhere else than
/// credit, or from credit that is not spread over threads.
/// </summary>
internal sealed class SharedSlot() : LeaseSlot(CreditStripe.Nobodys)
{
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

    /// <summary>Whether its bytes are on other hosts, and in no account here.</summary>
    internal bool IsRemote { get; private set; }

    // Where it comes from, when that is not credit alone; null otherwise.
    private ILeaseOrigin? Origin { get; set; }

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
        long token = Next(Token, urgency);
        Volatile.Write(ref Token, token);
        return token;
    }

    /// <summary>How many leases this slot has had.</summary>
    internal long Leases => LeasesUpTo(Volatile.Read(ref Token));

    internal override bool Holds(long token) => Volatile.Read(ref Token) == token;

    // Read before the token: a slot that is used anew has another one.
    internal override ILeaseOrigin? OriginOf(long token) =>
        Origin is { } origin && Holds(token) ? origin : null;

    private protected override void EndOtherwise(long token, long bytes, nuint place)
    {
        if (Volatile.Read(ref Token) != token
            || Interlocked.CompareExchange(ref Token, Next(token), token) != token)
        {
            return;
        }

        CreditAccount account = Account!;
        ILeaseOrigin? origin = Origin;
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
