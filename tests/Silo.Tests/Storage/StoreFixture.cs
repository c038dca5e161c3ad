using Headroom.Silo.Storage;
using Headroom.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Storage;

namespace Headroom.Silo.Tests.Storage;

/// <summary>An embedded store under a real silo in this process, with the grain storage that production uses.</summary>
internal sealed class StoreFixture : IAsyncDisposable
{
    private const int RivalCount = 4;

    private readonly IHost _host;

    private StoreFixture(IHost host) => _host = host;

    /// <summary>The storage that budget grains name.</summary>
    public IGrainStorage Storage =>
        _host.Services.GetRequiredKeyedService<IGrainStorage>(StoreRegistration.StorageName);

    /// <summary>The storage of grains that name none.</summary>
    public IGrainStorage DefaultStorage => _host.Services.GetRequiredKeyedService<IGrainStorage>("Default");

    /// <summary>Storages with a connection each, as other processes would have them.</summary>
    public IEnumerable<IGrainStorage> Rivals =>
        Enumerable.Range(0, RivalCount).Select(i => _host.Services.GetRequiredKeyedService<IGrainStorage>($"rival{i}"));

    /// <summary>The probe of the store.</summary>
    public IStoreProbe Probe => _host.Services.GetRequiredService<IStoreProbe>();

    /// <summary>Starts on a folder.</summary>
    public static async Task<StoreFixture> StartAsync(string folder)
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        builder.Services.AddEmbeddedStore(folder, StoreShape.Default);
        builder.UseOrleans(AddSilo);
        IHost host = builder.Build();
        await host.StartAsync();
        return new(host);
    }

    private static void AddSilo(ISiloBuilder silo)
    {
        silo.UseLocalhostClustering(FreePort.Next(), FreePort.Next());
        silo.Configure<ClusterOptions>(options => options.ServiceId = options.ClusterId = "headroom");
        silo.AddStoreGrainStorage();
        for (int i = 0; i < RivalCount; i++)
        {
            silo.AddRedisGrainStorage($"rival{i}", rival => rival.Configure<EmbeddedStore>(
                (options, store) => options.ConfigurationOptions = store.ConnectionOptions));
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        await ((IAsyncDisposable)_host).DisposeAsync();
    }
}
