using System.Net;
using Headroom.Grains.Placement;
using Headroom.Silo.Options;
using Headroom.Silo.Storage;
using Orleans.Configuration;

namespace Headroom.Silo.Hosting;

/// <summary>Wires the Orleans silo.</summary>
internal static class ClusterHosting
{
    /// <summary>Names this application's part of a shared store; changing it loses all state.</summary>
    private const string ServiceId = "headroom";

    // A frozen silo is found dead after probe time-out times misses. The defaults allow 68 s, because the longest probe
    // is four times the first one; a budget whose authority is gone for that long has let every session lapse.
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(1);
    private const int MissedProbes = 3;

    // Joining waits for every silo in the table to answer. The default of 5 min hides a wrong address for that long.
    private static readonly TimeSpan JoinLimit = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Adds the store, its key and the silo. The store comes first, because services start in this order.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The embedded store's folder cannot be taken.</exception>
    public static IHostApplicationBuilder AddHeadroomCluster(
        this IHostApplicationBuilder builder, HeadroomSettings settings)
    {
        bool local = settings.Cluster.Provider == ClusterProvider.Local;
        if (local)
        {
            builder.Services.AddEmbeddedStore(settings.Store.Path, StoreShape.Default);
        }
        else
        {
            builder.Services.AddSharedStore(settings.Cluster.ConnectionString!);
        }

        builder.Services.AddSingleton(
            provider => ClusterKey.From(settings.Cluster, provider.GetService<StoreFolder>()));
        builder.UseOrleans(silo =>
        {
            silo.Configure<ClusterOptions>(options => options.ServiceId = options.ClusterId = ServiceId);
            silo.Configure<ClusterMembershipOptions>(Membership);
            silo.Configure<SiloOptions>(options => options.SiloName = settings.Host.Name);
            silo.AddHostAffinity();
            silo.AddStoreGrainStorage();
            if (local)
            {
                UseOneSilo(silo, settings.Cluster);
            }
            else
            {
                UseSharedTable(silo, settings.Cluster);
            }
        });
        return builder;
    }

    // One silo needs no durable table of members, and is better off without one: after a kill there is no row of the
    // dead silo to wait for or to vote out, so a restart is ready as soon as the store is. That no second silo works on
    // the same state is the store folder's lock, which is stronger than a table that can be read and written by a
    // frozen process.
    private static void UseOneSilo(ISiloBuilder silo, ClusterSettings cluster) =>
        silo.UseLocalhostClustering(cluster.SiloPort, cluster.GatewayPort, serviceId: ServiceId, clusterId: ServiceId);

    private static void UseSharedTable(ISiloBuilder silo, ClusterSettings cluster)
    {
        silo.UseRedisClustering(options =>
            options.ConfigurationOptions = StoreRegistration.SharedOptions(cluster.ConnectionString!));
        silo.Configure<EndpointOptions>(options =>
        {
            options.AdvertisedIPAddress = IPAddress.Loopback;
            options.SiloPort = cluster.SiloPort;
            options.GatewayPort = cluster.GatewayPort;
        });
    }

    private static void Membership(ClusterMembershipOptions options)
    {
        options.ProbeTimeout = ProbeTimeout;
        options.MaxProbeTimeout = ProbeTimeout;
        options.NumMissedProbesLimit = MissedProbes;
        options.MaxJoinAttemptTime = JoinLimit;
    }
}
