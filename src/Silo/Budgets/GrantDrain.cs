using Headroom.Contracts;
using Headroom.Silo.Hosting;
using Microsoft.Extensions.Options;
using HostSettings = Headroom.Silo.Options.HostSettings;

namespace Headroom.Silo.Budgets;

/// <summary>
/// Stops new grants and loans of this host before the silo stops: who waits is told at once, and asks elsewhere or
/// later.
/// </summary>
internal sealed class GrantDrain(IGrainFactory grains, IOptions<HostSettings> host) : IDrainStep
{
    /// <inheritdoc/>
    public async ValueTask DrainAsync(CancellationToken cancellationToken)
    {
        await grains.GetGrain<IReserveGrain>(host.Value.Name).DrainAsync(cancellationToken);
        await grains.GetGrain<IHostBudgetGrain>(host.Value.Name).DrainAsync(cancellationToken);
    }
}
