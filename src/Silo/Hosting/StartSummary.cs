using Headroom.Silo.Options;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace Headroom.Silo.Hosting;

/// <summary>Says once, when all is up, where this silo is and what it guards.</summary>
internal sealed partial class StartSummary(
    HostSizes sizes,
    IOptions<HostSettings> host,
    IOptions<ClusterSettings> cluster,
    IOptions<StoreSettings> store,
    IServer server,
    ILogger<StartSummary> logger) : IHostedLifecycleService
{
    private const long Mebibyte = 1L << 20;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        string urls = string.Join(' ', server.Features.Get<IServerAddressesFeature>()?.Addresses ?? []);
        string where = cluster.Value.Provider == ClusterProvider.Local ? Path.GetFullPath(store.Value.Path) : "shared";
        LogHost(
            host.Value.Name,
            InMebibytes(sizes.CapacityBytes),
            InMebibytes(sizes.ReserveBytes),
            InMebibytes(sizes.PledgedBytes));
        LogPlaces(urls, cluster.Value.GatewayPort, where);
        return Task.CompletedTask;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static long InMebibytes(long bytes) => bytes / Mebibyte;
}
