using Headroom.Support;
using Xunit;

namespace Headroom.Adaptors.Tests;

/// <summary>A container with a limit, on a real silo.</summary>
internal sealed class LimitedContainer
{
    private readonly HeadroomOptions _options;

    private LimitedContainer(SiloApi api, HeadroomOptions options) => (Api, _options) = (api, options);

    public SiloApi Api { get; }

    /// <summary>Declares the container.</summary>
    /// <param name="silo">The silo.</param>
    /// <param name="host">The silo's host.</param>
    /// <param name="container">The container's name.</param>
    /// <param name="limitBytes">Its limit.</param>
    /// <param name="callTimeout">How long a client waits for an answer beside the time that a request may wait.</param>
    public static async Task<LimitedContainer> DeclareAsync(
        SiloProcess silo, string host, string container, long limitBytes, TimeSpan callTimeout)
    {
        var api = new SiloApi(silo, host, container);
        await api.LimitAsync(limitBytes);
        var options = new HeadroomOptions
        {
            Host = host,
            Container = container,
            Gateway = $"127.0.0.1:{silo.GatewayPort}",
            CallTimeout = callTimeout,
        };
        return new LimitedContainer(api, options);
    }

    /// <summary>A client of its budget.</summary>
    public Task<HeadroomClient> ConnectAsync() =>
        HeadroomClient.ConnectAsync(_options, cancellationToken: TestContext.Current.CancellationToken);

    /// <summary>For a client that the application makes.</summary>
    public void Configure(HeadroomOptions options) =>
        (options.Host, options.Container, options.Gateway, options.CallTimeout) =
            (_options.Host, _options.Container, _options.Gateway, _options.CallTimeout);
}
