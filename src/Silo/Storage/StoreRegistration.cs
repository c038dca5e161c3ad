using Orleans.Persistence;
using Orleans.Storage;
using StackExchange.Redis;

namespace Headroom.Silo.Storage;

/// <summary>Wires the durable store: the embedded one, or a shared one.</summary>
internal static class StoreRegistration
{
    /// <summary>The grain storage that budget grains name; the default storage is the same store.</summary>
    public const string StorageName = "headroom";

    // The provider's own storage, behind the strict one.
    private const string ProviderName = "headroom-provider";

    /// <summary>What Orleans' ADO.NET providers call PostgreSQL: its driver's name.</summary>
    public const string PostgreSqlInvariant = "Npgsql";

    /// <summary>
    /// Takes the store folder and registers the store inside this process. Call it before the silo is added: services
    /// start in the order in which they are registered, and stop in the opposite one.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The folder is in use or cannot be used.</exception>
    public static IServiceCollection AddEmbeddedStore(this IServiceCollection services, string path, StoreShape shape)
    {
        StoreFolder folder = StoreFolder.Open(path);

        // Through factories, because the container disposes only what it made, and the folder must be let go last.
        services.AddSingleton(_ => folder);
        services.AddSingleton(shape);
        services.AddSingleton<EmbeddedStore>();
        services.AddHostedService(provider => provider.GetRequiredService<EmbeddedStore>());
        services.AddHostedService<StoreWatch>();
        return services.AddStoreConnection(provider => provider.GetRequiredService<EmbeddedStore>().ConnectionOptions);
    }

    /// <summary>Registers a shared Redis-compatible store.</summary>
    public static IServiceCollection AddSharedStore(this IServiceCollection services, string connectionString) =>
        services.AddStoreConnection(_ => SharedOptions(connectionString));

    /// <summary>Registers a shared PostgreSQL database, which is prepared before the silo starts.</summary>
    public static IServiceCollection AddPostgreSqlStore(this IServiceCollection services, string connectionString)
    {
        services.AddSingleton(provider => new PostgreSqlStore(
            PostgreSqlStore.ConnectionString(connectionString), provider.GetRequiredService<TimeProvider>()));
        services.AddHostedService(provider => provider.GetRequiredService<PostgreSqlStore>());
        return services.AddSingleton<IStoreProbe>(provider => provider.GetRequiredService<PostgreSqlStore>());
    }

    /// <summary>Makes the store the default grain storage and the one named <see cref="StorageName"/>.</summary>
    public static ISiloBuilder AddStoreGrainStorage(this ISiloBuilder silo)
    {
        silo.AddRedisGrainStorage("Default", options => options.Configure<StoreConnection>(Share));
        silo.AddRedisGrainStorage(ProviderName, options => options.Configure<StoreConnection>(Share));
        silo.Services.AddKeyedSingleton<IGrainStorage>(StorageName, (provider, _) => new StrictStorage(
            provider.GetRequiredKeyedService<IGrainStorage>(ProviderName),
            provider.GetRequiredService<StoreConnection>().ExistsAsync));
        return silo;
    }

    /// <summary>
    /// Makes the PostgreSQL database the default grain storage and the one named <see cref="StorageName"/>.
    /// </summary>
    public static ISiloBuilder AddPostgreSqlGrainStorage(this ISiloBuilder silo, string connectionString)
    {
        foreach (string name in (string[])["Default", StorageName])
        {
            silo.AddAdoNetGrainStorage(name, options =>
            {
                options.Invariant = PostgreSqlInvariant;
                options.ConnectionString = PostgreSqlStore.ConnectionString(connectionString);
            });
        }

        return silo;
    }

    /// <summary>What a connection string means here.</summary>
    public static ConfigurationOptions SharedOptions(string connectionString)
    {
        ConfigurationOptions options = ConfigurationOptions.Parse(connectionString);
        options.ClientName ??= "headroom";
        return options;
    }

    private static IServiceCollection AddStoreConnection(
        this IServiceCollection services, Func<IServiceProvider, ConfigurationOptions> options)
    {
        services.AddSingleton(provider => new StoreConnection(() => options(provider)));
        return services.AddSingleton<IStoreProbe>(provider => provider.GetRequiredService<StoreConnection>());
    }

    private static void Share(RedisStorageOptions options, StoreConnection connection)
    {
        // The provider's validator wants options even where the connection is handed to it.
        options.ConfigurationOptions = new ConfigurationOptions();
        options.GetStorageKey = StoreConnection.Key;
        options.CreateMultiplexer = async _ => (await connection.GetAsync(), IsShared: true);
    }
}
