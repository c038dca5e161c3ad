using Headroom.Contracts;

namespace Headroom.Silo.Http.Leases;

/// <summary>What the id of a lease stands for.</summary>
/// <param name="Host">The name of the host whose container holds the lease.</param>
/// <param name="Container">The container's name.</param>
/// <param name="Claim">The lease.</param>
internal sealed record SealedLease(string Host, string Container, LeaseClaim Claim)
{
    /// <summary>
    /// The loans that hold its bytes, 1 or 2, when <see cref="LeaseClaim.Remote"/>; none when they are at home.
    /// </summary>
    public IReadOnlyList<LenderLoan> Loans { get; init; } = [];
}
