namespace Headroom;

/// <summary>What a lease stands for.</summary>
/// <param name="Account">The account that its bytes are in.</param>
/// <param name="Bytes">Its size.</param>
internal readonly record struct LeaseTerms(CreditAccount Account, long Bytes)
{
    /// <summary>The authority's id of the lease; 0 for none.</summary>
    internal long LeaseId { get; init; }

    /// <summary>Which opening of the session the id belongs to.</summary>
    internal long Opening { get; init; }

    /// <summary>What must-succeed was used for; null for other urgencies.</summary>
    internal ReasonTally.Row? Reason { get; init; }

    /// <summary>Where it comes from, when that is not credit alone.</summary>
    internal ILeaseOrigin? Origin { get; init; }

    /// <summary>Whether its bytes are on other hosts.</summary>
    internal bool IsRemote { get; init; }
}
