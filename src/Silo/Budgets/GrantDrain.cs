using Headroom.Contracts;
using Headroom.Silo.Hosting;
using Microsoft.Extensions.Options;
using HostSettings = Headroom.Silo.Options.HostSettings;

namespace Headroom.Silo.Budgets;

/// <summary>
/// Stops new grants of this host before the silo stops: who waits is told at once, and asks elsewhere or later.
/// </summary>
internal sealed class GrantDrain(IGrainFactory grains, IOptions<HostSettings> host) : IDrainStep
{
    /// <inheritdoc/>
    public ValueTask DrainAsync(CancellationToken cancellationToken) =>
        grains.GetGrain<IHostBudgetGrain>(host.Value.Name).DrainAsync(cancellationToken);
}
