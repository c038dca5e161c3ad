using System.Net;
using Headroom.Grains.Lending;
using Headroom.Silo.Monitoring;
using Headroom.Silo.Options;
using Microsoft.Extensions.Options;

namespace Headroom.Silo.Lending;

/// <summary>Registers the memory that this silo lends, and its server.</summary>
internal static class LendingServices
{
    private const string OwnSysRoot = "/sys";

    /// <summary>Adds them.</summary>
    public static IServiceCollection AddLending(this IServiceCollection services, ClusterSettings cluster)
    {
        // The one place that says where other hosts reach this one.
        IPAddress address = cluster.ParsedAddress();
        var place = new IPEndPoint(address, cluster.MemoryPort);

        services.AddSingleton<LendingMetrics>();
        services.AddSingleton(provider =>
        {
            MonitorOptions roots = provider.GetRequiredService<IOptions<MonitorOptions>>().Value;
            TimeProvider time = provider.GetRequiredService<TimeProvider>();

            // Not where the monitor looks, which may be the node's cgroups: this process's own is in its own tree.
            var room = new MemoryRoom(roots.ProcRoot, OwnSysRoot, time);
            return new PledgedMemory(room, place.ToString(), time);
        });
        services.AddSingleton<IPledgedMemory>(provider => provider.GetRequiredService<PledgedMemory>());
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<MemoryServer>(provider, place));
        services.AddHostedService(provider => provider.GetRequiredService<MemoryServer>());
        return services;
    }
}
