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
    public const string ServiceId = "headroom";

    // A frozen silo is found dead after probe time-out times misses. The defaults allow 68 s, because the longest probe
    // is four times the first one; a budget whose authority is gone for that long has let every session lapse.
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(1);
    private const int MissedProbes = 3;

    // Joining waits for every silo in the table to answer. The default of 5 min hides a wrong address for that long.
    private static readonly TimeSpan JoinLimit = TimeSpan.FromSeconds(30);

    // A member that did not renew its row three times in a row has no vote, and needs none to be found dead. So when
    // all silos were killed at once, those that come back wait that long for one that does not; with the default of
    // 30 s they would give up joining first.
    private static readonly TimeSpan AliveEvery = TimeSpan.FromSeconds(5);

    // A silo that was cut off and given up hears of it only when it reads the table: nobody tells the dead. Until then
    // it keeps its clients waiting, because it may not grant. The default is 60 s.
    private static readonly TimeSpan ReadTableEvery = TimeSpan.FromSeconds(10);

    // A host is known by its silo's row, dead or not. Each restart of any silo leaves one, and the oldest go: the
    // default of 25 would forget a host that is down when another one's silo restarts 25 times.
    private const int DeadRows = 1_000;

    /// <summary>
    /// Adds the store, its key and the silo. The store comes first, because services start in this order.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The embedded store's folder cannot be taken.</exception>
    public static IHostApplicationBuilder AddHeadroomCluster(
        this IHostApplicationBuilder builder, HeadroomSettings settings)
    {
        ClusterSettings cluster = settings.Cluster;
        switch (cluster.Provider)
        {
            case ClusterProvider.Local:
                builder.Services.AddEmbeddedStore(settings.Store.Path, StoreShape.Default);
                break;
            case ClusterProvider.Redis:
                builder.Services.AddSharedStore(cluster.ConnectionString!);
                break;
            case ClusterProvider.PostgreSql:
                builder.Services.AddPostgreSqlStore(cluster.ConnectionString!);
                break;
        }

        builder.Services.AddSingleton(provider => ClusterKey.From(cluster, provider.GetService<StoreFolder>()));
        builder.UseOrleans(silo =>
        {
            silo.Configure<ClusterOptions>(options => options.ServiceId = options.ClusterId = ServiceId);
            silo.Configure<ClusterMembershipOptions>(Membership);
            silo.Configure<SiloOptions>(options => options.SiloName = settings.Host.Name);
            silo.AddHostAffinity();
            AddMembers(silo, cluster);
            silo.Configure<EndpointOptions>(options =>
            {
                options.AdvertisedIPAddress = cluster.ParsedAddress();
                options.SiloPort = cluster.SiloPort;
                options.GatewayPort = cluster.GatewayPort;
            });
        });
        return builder;
    }

    private static void AddMembers(ISiloBuilder silo, ClusterSettings cluster)
    {
        string address = cluster.ConnectionString ?? "";
        switch (cluster.Provider)
        {
            case ClusterProvider.Local:
                UseOneSilo(silo, cluster);
                silo.AddStoreGrainStorage();
                return;
            case ClusterProvider.Redis:
                silo.UseRedisClustering(
                    options => options.ConfigurationOptions = StoreRegistration.SharedOptions(address));
                silo.AddStoreGrainStorage();
                break;
            case ClusterProvider.PostgreSql:
                silo.UseAdoNetClustering(options =>
                {
                    options.Invariant = StoreRegistration.PostgreSqlInvariant;
                    options.ConnectionString = PostgreSqlStore.ConnectionString(address);
                });
                silo.AddPostgreSqlGrainStorage(address);
                break;
        }

        silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, OneSiloPerHost>();
    }

    // One silo needs no durable table of members, and is better off without one: after a kill there is no row of the
    // dead silo to wait for or to vote out, so a restart is ready as soon as the store is. That no second silo works on
    // the same state is the store folder's lock, which is stronger than a table that can be read and written by a
    // frozen process.
    private static void UseOneSilo(ISiloBuilder silo, ClusterSettings cluster) => silo.UseLocalhostClustering(
        cluster.SiloPort,
        cluster.GatewayPort,
        new IPEndPoint(cluster.ParsedAddress(), cluster.SiloPort),
        serviceId: ServiceId,
        clusterId: ServiceId);

    private static void Membership(ClusterMembershipOptions options)
    {
        options.ProbeTimeout = ProbeTimeout;
        options.MaxProbeTimeout = ProbeTimeout;
        options.NumMissedProbesLimit = MissedProbes;
        options.MaxJoinAttemptTime = JoinLimit;
        options.IAmAliveTablePublishTimeout = AliveEvery;
        options.TableRefreshTimeout = ReadTableEvery;
        options.MaxDefunctSiloEntries = DeadRows;
    }
}
