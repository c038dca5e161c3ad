using Headroom.Contracts;

namespace Headroom.Silo.Http.Budgets;

/// <summary>Finds the authority over each budget. The names must be valid.</summary>
internal sealed class BudgetDirectory(IGrainFactory grains, IClusterView cluster)
{
    /// <summary>The hosts of the cluster.</summary>
    public IReadOnlyList<string> Hosts => cluster.Hosts;

    /// <summary>Whether a host is of this cluster. Asking the grain of another one would create it.</summary>
    public bool Knows(string host) => cluster.Hosts.Contains(host, StringComparer.Ordinal);

    /// <summary>Whether a host's own silo is up: else nothing is lent there, nor is what was.</summary>
    public bool IsUp(string host) => cluster.IsUp(host);

    public IHostBudgetGrain Host(string host) => grains.GetGrain<IHostBudgetGrain>(host);

    public IReserveGrain Reserve(string host) => grains.GetGrain<IReserveGrain>(host);

    public IPressureGrain Pressure(string host) => grains.GetGrain<IPressureGrain>(host);

    public IContainerBudgetGrain Container(string host, string container) =>
        grains.GetGrain<IContainerBudgetGrain>($"{host}/{container}");

    public ISubsystemGrain Subsystem(string host, string container, string subsystem) =>
        grains.GetGrain<ISubsystemGrain>($"{host}/{container}/{subsystem}");
}
