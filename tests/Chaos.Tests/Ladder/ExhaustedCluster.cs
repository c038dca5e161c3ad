using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Headroom.Support;
using Xunit;

namespace Headroom.Chaos.Tests.Ladder;

/// <summary>Three hosts, of which two lend, with nothing left on the first and nothing left to lend.</summary>
public sealed class ExhaustedCluster : IAsyncLifetime
{
    internal const string Home = "host-1";
    private const long Capacity = 64L << 20;
    private const long Pledged = 32L << 20;
    private static readonly string[] Lenders = ["host-2", "host-3"];

    private ClusterOfSilos? _cluster;
    private FullHost? _full;

    internal SiloProcess Silo => _cluster![Home];

    internal FullHost Full => _full!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _cluster = await ClusterOfSilos.StartAsync(
            await RedisServer.StartAsync(),
            hosts: 3,
            host =>
            [
                $"--Headroom:Host:CapacityBytes={Capacity}",
                $"--Headroom:Host:ReserveBytes={(host == Home ? 0 : Pledged)}",
                $"--Headroom:Host:PledgedBytes={(host == Home ? 0 : Pledged)}",
                "--Headroom:Session:Ttl=00:00:03",
            ]);
        _full = await FullHost.FillAsync(Silo, Home);
    }

    public async ValueTask DisposeAsync()
    {
        await (_full?.DisposeAsync() ?? default);
        await (_cluster?.DisposeAsync() ?? default);
    }

    /// <summary>Takes whatever the test before left.</summary>
    internal async Task ExhaustAsync()
    {
        await Full.FillAsync();
        await Full.BorrowAsync(LendableAsync);
    }

    /// <summary>Waits until some host could lend so much.</summary>
    internal Task UntilLendableAsync(long bytes) => Api.UntilAsync(
        async () => await LendableAsync() >= bytes,
        TimeSpan.FromSeconds(20),
        $"{bytes} bytes to lend",
        async () => $"{await LendableAsync()}");

    internal async Task PutAsync(string container, string body)
    {
        using var content = new StringContent(body, new MediaTypeHeaderValue("application/json"));
        using HttpResponseMessage response = await Silo.Http.PutAsync(
            $"/v1/hosts/{Home}/containers/{container}/subsystems/journal", content, Stop);
        string answer = await response.Content.ReadAsStringAsync(Stop);
        Assert.True(response.StatusCode is HttpStatusCode.OK or HttpStatusCode.Created, answer);
    }

    /// <summary>Reads a container's events of its last resorts until there were so many.</summary>
    internal async Task<JsonElement[]> EventsAsync(string container, string type, int count)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/events?types={type}&container={container}");
        request.Headers.Add("Last-Event-ID", "0");
        using HttpResponseMessage response =
            await Silo.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Stop);
        response.EnsureSuccessStatusCode();
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Stop));
        var events = new List<JsonElement>();
        while (events.Count < count && await reader.ReadLineAsync(Stop) is { } line)
        {
            if (line.StartsWith("data:", StringComparison.Ordinal))
            {
                using var data = JsonDocument.Parse(line.AsMemory("data:".Length));
                if (data.RootElement.GetProperty("type").GetString() == type)
                {
                    events.Add(data.RootElement.Clone());
                }
            }
        }

        return [.. events];
    }

    private async Task<long> LendableAsync()
    {
        long most = 0;
        foreach (string lender in Lenders)
        {
            JsonElement reserve = (await new Api(_cluster![lender], lender).HostAsync()).GetProperty("reserve");
            most = Math.Max(most, Api.Number(reserve, "freePledgeBytes"));
        }

        return most;
    }
}
