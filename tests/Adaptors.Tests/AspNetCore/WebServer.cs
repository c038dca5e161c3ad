using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Headroom.Adaptors.Tests.AspNetCore;

/// <summary>A real server on a free port of the loopback address, with a budget of its own.</summary>
internal sealed class WebServer : IAsyncDisposable
{
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(20);

    private readonly WebApplication _application;

    private WebServer(WebApplication application) => _application = application;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public Uri Address => new(_application.Urls.Single());

    public IMemoryBudget Budget => _application.Services.GetRequiredService<IMemoryBudget>();

    /// <summary>Starts a server, and waits until its budget is open.</summary>
    /// <param name="container">Whose memory it uses.</param>
    /// <param name="map">Its endpoints.</param>
    /// <param name="configure">More of its services.</param>
    public static async Task<WebServer> StartAsync(
        LimitedContainer container, Action<WebApplication> map, Action<IServiceCollection>? configure = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddHeadroom(container.Configure);
        configure?.Invoke(builder.Services);
        var server = new WebServer(builder.Build());
        map(server._application);
        await server._application.StartAsync(Stop);
        await server.Budget.WaitUntilReadyAsync(Stop);
        return server;
    }

    /// <summary>A client with connections of its own.</summary>
    public HttpClient Connect() => new() { BaseAddress = Address };

    public async ValueTask DisposeAsync()
    {
        // After a test that failed a handler may still wait for it.
        using var patience = new CancellationTokenSource(StopLimit);
        await _application.StopAsync(patience.Token);
        await _application.DisposeAsync();
    }
}
