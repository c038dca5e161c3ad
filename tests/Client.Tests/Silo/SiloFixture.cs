using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Serialization;

namespace Headroom.Client.Tests.Silo;

/// <summary>
/// A silo in this process with a real gateway on loopback; its grains answer from the reference's books.
/// </summary>
internal sealed class SiloFixture : IAsyncDisposable
{
    private readonly int _siloPort = FreePort();
    private IHost? _host;

    internal int GatewayPort { get; } = FreePort();

    internal BudgetBooks Books { get; } = new();

    /// <summary>Whether its grain calls are traced.</summary>
    internal bool Traces { get; init; }

    /// <summary>Whose budget its grains use; null for none.</summary>
    internal SiloFixture? UsesBudgetOf { get; init; }

    internal IServiceProvider Services => _host!.Services;

    internal HeadroomOptions Options => new()
    {
        Container = "orders",
        Host = "node-1",
        Gateway = $"127.0.0.1:{GatewayPort}",
        MaxIdleCreditBytes = 256 << 10,
    };

    internal async Task StartAsync(CancellationToken cancellationToken)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.SetMinimumLevel(LogLevel.None);
        builder.Services.AddSingleton(Books);
        builder.Services.AddSerializer(serializer => serializer
            .AddAssembly(typeof(Contracts.IContainerBudgetGrain).Assembly)
            .AddAssembly(typeof(ContainerDouble).Assembly));
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(_siloPort, GatewayPort, serviceId: "headroom", clusterId: "headroom");
            silo.Configure<EndpointOptions>(endpoints => endpoints.AdvertisedIPAddress = IPAddress.Loopback);
            if (Traces)
            {
                silo.AddActivityPropagation();
            }
        });
        if (UsesBudgetOf is { } authority)
        {
            builder.Services.AddHeadroom(options =>
            {
                options.Host = authority.Options.Host;
                options.Container = authority.Options.Container;
                options.Gateway = authority.Options.Gateway;
                options.MaxIdleCreditBytes = 0;
            });
        }

        _host = builder.Build();
        await _host.StartAsync(cancellationToken);
    }

    internal async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_host is { } host)
        {
            _host = null;
            await host.StopAsync(cancellationToken);
            host.Dispose();
        }
    }

    public async ValueTask DisposeAsync() => await StopAsync(CancellationToken.None);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
