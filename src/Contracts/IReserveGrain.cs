namespace Headroom.Contracts;

/// <summary>
/// The authority over what one host lends. Key: the host's name. It acts only on that host's silo, because what it
/// lends is real memory of that process.
/// </summary>
[Alias("headroom.IReserveGrain")]
public interface IReserveGrain : IGrainWithStringKey
{
    /// <summary>
    /// Lends: allocates and touches the bytes before it answers. The same request id again gets the first answer.
    /// </summary>
    [Alias("Lend")]
    ValueTask<LendAnswer> LendAsync(LendRequest request, CancellationToken cancellationToken);

    /// <summary>Renews loans, each for its whole TTL from now.</summary>
    [Alias("Renew")]
    ValueTask<RenewLoansAnswer> RenewAsync(LoanId[] loans, CancellationToken cancellationToken);

    /// <summary>Gives loans back. Idempotent: what is gone is no error.</summary>
    [Alias("Release")]
    ValueTask ReleaseAsync(LoanId[] loans, CancellationToken cancellationToken);

    /// <summary>
    /// Gives back whatever a request was or will be lent: that of the loser of a hedged ask. Idempotent.
    /// </summary>
    [Alias("Cancel")]
    ValueTask CancelAsync(Guid requestId, CancellationToken cancellationToken);

    /// <summary>The reserve as it stands now.</summary>
    [Alias("Get")]
    ValueTask<ReserveView> GetAsync(CancellationToken cancellationToken);

    /// <summary>
    /// What this silo has heard of all reserves, its own among them: hosts tell it on to each other.
    /// </summary>
    [Alias("Pledges")]
    ValueTask<PledgeShare[]> GetPledgesAsync(CancellationToken cancellationToken);

    /// <summary>Checks that books, real bytes and the host's mark agree.</summary>
    [Alias("Audit")]
    ValueTask<AuditReport> AuditAsync(CancellationToken cancellationToken);

    /// <summary>Stops lending. Called when the silo drains.</summary>
    [Alias("Drain")]
    ValueTask DrainAsync(CancellationToken cancellationToken);
}
