using Headroom.Contracts;

namespace Headroom.Silo.Http.Leases;

/// <summary>What the id of a lease stands for.</summary>
/// <param name="Host">The host's name.</param>
/// <param name="Container">The container's name.</param>
/// <param name="Claim">The lease.</param>
internal sealed record SealedLease(string Host, string Container, LeaseClaim Claim);
