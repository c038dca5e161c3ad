using Microsoft.Extensions.DependencyInjection;

namespace Headroom.Grains.Placement;

/// <summary>Registers how grains find their host's silo.</summary>
public static class PlacementRegistration
{
    /// <summary>
    /// Places grains on their host's silo. The name of each silo, <c>SiloOptions.SiloName</c>, must be its host's.
    /// </summary>
    public static ISiloBuilder AddHostAffinity(this ISiloBuilder silo)
    {
        silo.Services.AddSingleton<HostDirectory>();
        silo.Services.AddSingleton<IHostDirectory>(provider => provider.GetRequiredService<HostDirectory>());
        return silo.AddPlacementDirector<HostAffinity, HostAffinityDirector>();
    }
}
