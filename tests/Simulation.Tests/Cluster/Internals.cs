using System.Runtime.CompilerServices;
using Headroom.Grains.Budgets;
using Headroom.Grains.Lending;

namespace Headroom.Simulation.Tests.Cluster;

/// <summary>What the shells keep to themselves and the world has to see, or to start.</summary>
internal static class Internals
{
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "ExecuteAsync")]
    internal static extern Task ExecuteAsync(Lender lender, CancellationToken stoppingToken);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "ExecuteAsync")]
    internal static extern Task ExecuteAsync(PledgeGossip gossip, CancellationToken stoppingToken);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_ledger")]
    internal static extern ref ContainerLedger Ledger(ContainerBudgetGrain grain);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_ledger")]
    internal static extern ref HostLedger Ledger(HostBudgetGrain grain);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_sessions")]
    internal static extern ref Dictionary<Guid, Session> Sessions(ContainerLedger ledger);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_ghosts")]
    internal static extern ref Ghosts Ghosts(ContainerLedger ledger);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_leases")]
    internal static extern ref Dictionary<long, Lease> Leases(ContainerLedger ledger);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_answers")]
    internal static extern ref RequestLog Answers(ContainerLedger ledger);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_queue")]
    internal static extern ref WaitQueue Queue(ContainerLedger ledger);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_lastLeaseId")]
    internal static extern ref long LastLeaseId(ContainerLedger ledger);
}
