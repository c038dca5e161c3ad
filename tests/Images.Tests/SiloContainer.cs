using System.Net.Http.Json;
using System.Text.Json;
using Headroom.Support;
using Xunit;

namespace Headroom.Images.Tests;

/// <summary>A silo from its image, at a place of a network, with its default ports. Gone when it is disposed.</summary>
internal sealed class SiloContainer : IAsyncDisposable
{
    private const string Enter = "--net=";
    private const int HttpPort = 8080;
    private const int GatewayPort = 30_000;
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(180);
    private static readonly TimeSpan CallLimit = TimeSpan.FromSeconds(10);

    private readonly SiloPlace _place;

    private SiloContainer(Container container, SiloPlace place, string host)
    {
        Container = container;
        _place = place;
        Host = host;
        Http = new HttpClient
        {
            BaseAddress = new Uri($"http://{place.Address}:{HttpPort}"),
            Timeout = CallLimit,
        };
    }

    /// <summary>Its container.</summary>
    public Container Container { get; }

    /// <summary>The host that it serves, which is also its host name.</summary>
    public string Host { get; }

    /// <summary>Where clients of the SDK find it.</summary>
    public string Gateway => $"{_place.Address}:{GatewayPort}";

    /// <summary>A client with its address as its base.</summary>
    public HttpClient Http { get; }

    /// <summary>Makes a silo, and does not start it.</summary>
    /// <param name="podman">Where.</param>
    /// <param name="place">Its network.</param>
    /// <param name="host">The host that it serves.</param>
    /// <param name="memoryBytes">Its memory limit.</param>
    /// <param name="options">More options of the container.</param>
    /// <param name="settings">More settings, such as <c>Headroom__Session__Ttl=00:00:02</c>.</param>
    public static async Task<SiloContainer> CreateAsync(
        Podman podman,
        SiloPlace place,
        string host,
        long memoryBytes,
        string[] options,
        params IEnumerable<string> settings)
    {
        string[] environment =
        [
            $"Headroom__Host__Name={host}",
            $"Headroom__Cluster__Address={place.Address}",
            .. settings,
        ];
        string space = place.Enter.Single(word => word.StartsWith(Enter, StringComparison.Ordinal))[Enter.Length..];
        return new SiloContainer(
            await Container.CreateAsync(
                podman,
                "silo",
                memoryBytes,
                [
                    "--network", $"ns:{space}", "--uts", "private", "--hostname", host,
                    .. environment.SelectMany(setting => (string[])["--env", setting]),
                    .. options,
                ]),
            place,
            host);
    }

    /// <summary>Starts it, and waits until it is ready.</summary>
    public async Task StartAsync()
    {
        await Container.StartAsync();
        await Wait.UntilAsync(
            async () => await IsReadyAsync() ? null
                : await Container.IsRunningAsync() ? "not ready"
                : throw new InvalidOperationException($"{Host} ended: {await Container.LogsAsync()}"),
            ReadyLimit,
            $"{Host} ready");
    }

    /// <summary>Reads a route.</summary>
    public Task<JsonElement> GetAsync(string path) =>
        Http.GetFromJsonAsync<JsonElement>(path, TestContext.Current.CancellationToken);

    /// <summary>Whether it says that it should be sent work.</summary>
    public async Task<bool> IsReadyAsync()
    {
        try
        {
            using HttpResponseMessage answer =
                await Http.GetAsync("/healthz/ready", TestContext.Current.CancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException)
        {
            // Nobody listens yet, or it does not answer.
            return false;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Container.DisposeAsync();
    }
}
