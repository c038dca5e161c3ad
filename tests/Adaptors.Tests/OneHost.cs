using System.Net.Http.Json;
using System.Text.Json;
using Headroom.Support;
using Xunit;

namespace Headroom.Adaptors.Tests;

/// <summary>A real silo of a small host, for the tests of one class; each test has a container of its own.</summary>
public sealed class OneHost : IAsyncLifetime
{
    internal const string Name = "adaptors-host";
    internal const long CapacityBytes = 256L << 20;
    internal static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    internal SiloProcess Silo { get; private set; } = null!;

    internal static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => Silo = await SiloProcess.StartAsync(
        $"--Headroom:Host:Name={Name}",
        $"--Headroom:Host:CapacityBytes={CapacityBytes}",
        "--Headroom:Host:ReserveBytes=0",
        "--Headroom:Session:Ttl=00:00:30");

    public ValueTask DisposeAsync() => Silo.DisposeAsync();

    internal HeadroomOptions Options(string container, long maxIdleCreditBytes = 16 << 20) => new()
    {
        Host = Name,
        Container = container,
        Gateway = $"127.0.0.1:{Silo.GatewayPort}",
        MaxIdleCreditBytes = maxIdleCreditBytes,
    };

    internal Task<HeadroomClient> ConnectAsync(string container, long maxIdleCreditBytes = 16 << 20) =>
        HeadroomClient.ConnectAsync(Options(container, maxIdleCreditBytes), cancellationToken: Stop);

    internal async Task<JsonElement> GetAsync(string path) =>
        await Silo.Http.GetFromJsonAsync<JsonElement>($"/v1/hosts/{Name}{path}", Stop);

    internal async Task PutAsync(string path, object body)
    {
        using HttpResponseMessage response =
            await Silo.Http.PutAsJsonAsync($"/v1/hosts/{Name}/containers/{path}", body, Stop);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(Stop));
    }

    /// <summary>Waits until nothing of a container is in use any more.</summary>
    internal async Task UntilFreeAsync(string container)
    {
        JsonElement seen = default;
        await UntilAsync(
            async () =>
            {
                seen = await GetAsync($"/containers/{container}");
                return seen.GetProperty("allottedBytes").GetInt64() == 0;
            },
            () => $"container {container} free again; seen: {seen}");
    }

    internal static Task UntilAsync(Func<bool> condition, Func<string> expected) =>
        UntilAsync(() => Task.FromResult(condition()), expected);

    /// <summary>
    /// Waits for a condition; what was expected, and is told then, is the message when it does not come.
    /// </summary>
    internal static async Task UntilAsync(Func<Task<bool>> condition, Func<string> expected)
    {
        using var timer = new PeriodicTimer(Poll);
        long start = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(start) > Limit)
            {
                Assert.Fail($"Expected within {Limit}: {expected()}");
            }

            await timer.WaitForNextTickAsync(Stop);
        }
    }
}
