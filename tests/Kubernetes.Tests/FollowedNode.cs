using System.Diagnostics.Metrics;
using Headroom.Silo.Kubernetes;
using Headroom.Silo.Kubernetes.Api;
using Headroom.Silo.Kubernetes.Pods;
using Headroom.Silo.Kubernetes.Resize;
using Headroom.Silo.Options;
using Headroom.Silo.Tests.Monitoring;
using Headroom.Support.Kubernetes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace Headroom.Kubernetes.Tests;

/// <summary>A node's pods, followed at a fake API server by the real watch.</summary>
internal sealed class FollowedNode : IAsyncDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    private FollowedNode(FakeApiServer api, KubernetesSettings settings)
    {
        Api = api;
        settings.ApiServer = api.Address.ToString();
        IOptions<KubernetesSettings> options = Options.Create(settings);
        var metrics = new KubernetesMetrics(_services.GetRequiredService<IMeterFactory>());
        Server = new ApiServer(ApiConnection.Configure(settings), TimeProvider.System);
        Watch = new PodWatch(
            Server, Pods, options, Options.Create(new HostSettings { Name = "node-a" }), metrics, TimeProvider.System,
            Log);
        Limits = new PodLimits(
            Server, Pods, new AskedLimits(), options, metrics, TimeProvider.System, new CollectedLog<PodLimits>());
    }

    public FakeApiServer Api { get; }

    public ApiServer Server { get; }

    public PodSet Pods { get; } = new();

    public PodWatch Watch { get; }

    public PodLimits Limits { get; }

    public CollectedLog<PodWatch> Log { get; } = new();

    /// <summary>Settings with short pauses, so that what comes after them comes soon.</summary>
    public static KubernetesSettings Quick => new()
    {
        RetryPause = TimeSpan.FromMilliseconds(20),
        RetryPauseMax = TimeSpan.FromSeconds(1),
        ResizeTimeout = TimeSpan.FromSeconds(20),
    };

    /// <summary>Starts to follow.</summary>
    /// <param name="prepare">What is done to the API server before.</param>
    /// <param name="settings">The settings; null for <see cref="Quick"/>.</param>
    public static async Task<FollowedNode> StartAsync(
        Action<FakeApiServer>? prepare = null, KubernetesSettings? settings = null)
    {
        FakeApiServer api = await FakeApiServer.StartAsync();
        prepare?.Invoke(api);
        var node = new FollowedNode(api, settings ?? Quick);
        await node.Watch.StartAsync(TestContext.Current.CancellationToken);
        return node;
    }

    /// <summary>Waits until the pods that are known have these names.</summary>
    public Task SeesAsync(params string[] names) => Eventually.Sees(
        $"the pods {string.Join(", ", names)}",
        () => string.Join(", ", Pods.Pods.Select(pod => pod.Name)),
        seen => seen == string.Join(", ", names));

    /// <summary>Waits until a watch is open.</summary>
    public Task WatchesAsync() => Eventually.Sees("an open watch", () => Api.Watching, watching => watching == 1);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Watch.StopAsync(CancellationToken.None);
        Watch.Dispose();
        Server.Dispose();
        await Api.DisposeAsync();
        await _services.DisposeAsync();
    }
}
