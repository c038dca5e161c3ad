using System.Net;
using System.Text.Json;
using Headroom.Silo.Tests.Monitoring;
using Headroom.Support;
using Headroom.Support.Kubernetes;
using Xunit;

namespace Headroom.Kubernetes.Tests.EndToEnd;

/// <summary>A real silo of a node, beside a fake API server.</summary>
internal sealed class NodeSilo : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    private NodeSilo(FakeApiServer api, SiloProcess silo) => (Api, Silo) = (api, silo);

    public FakeApiServer Api { get; }

    public SiloProcess Silo { get; }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Starts both.</summary>
    /// <param name="place">Where the silo runs; null for here.</param>
    /// <param name="settings">More settings of the silo.</param>
    public static async Task<NodeSilo> StartAsync(SiloPlace? place = null, params string[] settings)
    {
        FakeApiServer api = await FakeApiServer.StartAsync();
        try
        {
            return new NodeSilo(api, await SiloProcess.StartAsync(
                place ?? SiloPlace.Here,
                [
                    "--Headroom:Host:Name=node-a",
                    "--Headroom:Kubernetes:Enabled=true",
                    $"--Headroom:Kubernetes:ApiServer={api.Address}",
                    "--Headroom:Kubernetes:Interval=00:00:00.2",
                    "--Headroom:Kubernetes:RetryPause=00:00:00.050",
                    "--Headroom:Kubernetes:RetryPauseMax=00:00:01",
                    "--Headroom:Monitor:Scope=Machine",
                    "--Headroom:Monitor:Interval=00:00:00.2",
                    "--Headroom:Session:Ttl=00:00:02",
                    .. settings,
                ]));
        }
        catch
        {
            await api.DisposeAsync();
            throw;
        }
    }

    /// <summary>A container's budget; null when its host does not know it.</summary>
    public async Task<JsonElement?> BudgetAsync(string budget)
    {
        using HttpResponseMessage answer =
            await Silo.Http.GetAsync($"/v1/hosts/node-a/containers/{budget}", Stop);
        if (answer.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }

        answer.EnsureSuccessStatusCode();
        using JsonDocument body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Stop));
        return body.RootElement.Clone();
    }

    /// <summary>Waits until a budget is as expected.</summary>
    /// <param name="what">What is expected, for the message of a failed test.</param>
    /// <param name="budget">The budget's name.</param>
    /// <param name="isExpected">Whether it is; null for one that the host does not know.</param>
    public async Task<JsonElement?> UntilAsync(string what, string budget, Func<JsonElement?, bool> isExpected)
    {
        using PeriodicTimer timer = new(Poll);
        long began = TimeProvider.System.GetTimestamp();
        JsonElement? seen = await BudgetAsync(budget);
        while (!isExpected(seen))
        {
            Assert.True(
                TimeProvider.System.GetElapsedTime(began) < Limit,
                $"within {Limit} expected {what}; last seen: {seen}{Environment.NewLine}{Silo.Process}");
            await timer.WaitForNextTickAsync(Stop);
            seen = await BudgetAsync(budget);
        }

        return seen;
    }

    /// <summary>Waits until there is an Event of a reason, and gives it.</summary>
    public Task<string?> EventAsync(string reason) => Eventually.Sees(
        $"an Event {reason}",
        () => Api.Events.Values.FirstOrDefault(made => (string?)made["reason"] == reason)?.ToJsonString(),
        made => made is not null);

    public async Task AssertAuditAsync()
    {
        string audit = await Silo.Http.GetStringAsync("/v1/audit", Stop);
        Assert.StartsWith("{\"ok\":true", audit, StringComparison.Ordinal);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Silo.DisposeAsync();
        await Api.DisposeAsync();
    }
}
