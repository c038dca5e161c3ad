using Headroom.Contracts;
using Headroom.Silo.Options;
using Microsoft.Extensions.Options;
using HostSettings = Headroom.Silo.Options.HostSettings;

namespace Headroom.Silo.Http;

/// <summary>Finds the grains behind the names of a route; says which name is wrong or not known.</summary>
internal sealed class Budgets(IGrainFactory grains, IOptions<HostSettings> host, IOptions<SessionSettings> sessions)
{
    /// <summary>The hosts of this cluster, by name.</summary>
    public IReadOnlyList<string> Hosts => [host.Value.Name];

    /// <summary>The longest life without renewal that a lease may ask for.</summary>
    public TimeSpan MaxLeaseTtl => sessions.Value.MaxLeaseTtl;

    public IHostBudgetGrain Host(string name) => grains.GetGrain<IHostBudgetGrain>(name);

    public IContainerBudgetGrain Container(string hostName, string name) =>
        grains.GetGrain<IContainerBudgetGrain>($"{hostName}/{name}");

    public ISubsystemGrain Subsystem(string hostName, string container, string name) =>
        grains.GetGrain<ISubsystemGrain>($"{hostName}/{container}/{name}");

    /// <summary>Whether a host is one of this cluster.</summary>
    public bool Knows(string hostName) => Hosts.Contains(hostName, StringComparer.Ordinal);

    /// <summary>The problem with the names of a route; null when they are names, and the host is known.</summary>
    public IResult? Check(string hostName, string? container = null, string? subsystem = null)
    {
        if (!ResourceName.IsValid(hostName))
        {
            return Problems.Field("host", ResourceName.Rule);
        }

        if (container is not null && !ResourceName.IsValid(container))
        {
            return Problems.Field("container", ResourceName.Rule);
        }

        if (subsystem is not null && !ResourceName.IsValid(subsystem))
        {
            return Problems.Field("subsystem", ResourceName.Rule);
        }

        return Knows(hostName) ? null : Problems.NotFound($"There is no host {hostName} in this cluster.");
    }

    /// <summary>The container as it stands; null when nobody declared or used it.</summary>
    public async Task<ContainerView?> ViewAsync(string hostName, string container, CancellationToken cancellationToken) =>
        await Host(hostName).GetContainerAsync(container, cancellationToken) is null
            ? null
            : await Container(hostName, container).GetAsync(cancellationToken);

    /// <summary>The host as it stands, with what its containers hold.</summary>
    public async Task<HostResponse> ViewAsync(string hostName, CancellationToken cancellationToken)
    {
        HostView view = await Host(hostName).GetAsync(cancellationToken);
        ContainerView[] containers = await Task.WhenAll(
            view.Watched.Select(name => Container(hostName, name).GetAsync(cancellationToken).AsTask()));
        return HostResponse.From(view, containers);
    }
}
