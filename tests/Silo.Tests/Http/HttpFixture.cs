using Headroom.Grains.Events;
using Headroom.Grains.Resilience;
using Headroom.Silo.Http;
using Headroom.Silo.Http.Budgets;
using Headroom.Silo.Http.Leases;
using Headroom.Silo.Options;
using Headroom.Silo.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Headroom.Silo.Tests.Http;

/// <summary>The HTTP API on a real server, in front of doubles of the grains.</summary>
public sealed class HttpFixture : IAsyncLifetime
{
    private WebApplication _app = null!;

    internal GrainDoubles Grains { get; } = new();

    internal Uri Address { get; private set; } = null!;

    internal HttpClient Http { get; } = new();

    internal EventHub Events => _app.Services.GetRequiredService<EventHub>();

    internal LeaseSeal Seal => _app.Services.GetRequiredService<LeaseSeal>();

    internal RequestsUnderWay UnderWay => _app.Services.GetRequiredService<RequestsUnderWay>();

    /// <summary>How long each urgency waits when the request does not say.</summary>
    internal static TimeSpan PipelineWait { get; } = TimeSpan.FromSeconds(3);

    public async ValueTask InitializeAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IGrainFactory>(Grains);
        builder.Services.AddSingleton<IClusterView>(new OneHost(Grains));
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(new ClusterKey(new byte[32]));
        builder.Services.Configure<HostSettings>(host => host.Name = GrainDoubles.HostName);
        builder.Services.ConfigureAll<UrgencyPipelineOptions>(pipeline => pipeline.Wait = PipelineWait);
        builder.Services.AddHeadroomHttp();
        _app = builder.Build();
        _app.MapHeadroomHttp();
        await _app.StartAsync();
        Address = new Uri(
            _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        Http.BaseAddress = Address;
    }

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
    }
}
