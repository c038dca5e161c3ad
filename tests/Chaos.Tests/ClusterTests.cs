using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Headroom.Support;
using Xunit;

namespace Headroom.Chaos.Tests;

/// <summary>
/// Several hosts on one store: each is served by its own silo while that is up, and by another one while it is not.
/// </summary>
[Trait("Kind", "Process")]
public sealed class ClusterTests
{
    private const int Hosts = 3;
    private const string Lost = "host-2";
    private const long Capacity = 1L << 30;
    private const long LostCapacity = 3L << 29;
    private const long Bytes = 64L << 20;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(40);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Redis")]
    [InlineData("PostgreSql")]
    public async Task Kill_SiloOfAHost_AnotherStandsInAndTheHostComesHome(string provider)
    {
        await using ClusterOfSilos cluster = await StartAsync(provider);
        SiloProcess near = cluster["host-1"];
        SiloProcess lost = cluster[Lost];
        foreach (SiloProcess silo in cluster.Silos)
        {
            await UntilAllAnswerAsync(silo);
        }

        await UntilServedAtHomeAsync(cluster);
        string lease = await AskAsync(near, "first", HttpStatusCode.Created);
        JsonElement before = await new Api(near, Lost).HostAsync();
        Assert.Equal(LostCapacity, Api.Number(before, "capacityBytes"));

        await lost.KillAsync();

        // The stand-in knows the host as it was, from the store: its size, and what it had given out.
        await UntilAllAnswerAsync(near);
        JsonElement stood = await new Api(near, Lost).HostAsync();
        Assert.Equal(LostCapacity, Api.Number(stood, "capacityBytes"));
        Assert.Equal(Api.Number(before, "allottedBytes"), Api.Number(stood, "allottedBytes"));
        Assert.Equal(HttpStatusCode.OK, await RenewAsync(near, lease));
        await AskAsync(near, "second", HttpStatusCode.Created);
        await AskAsync(near, "too much", HttpStatusCode.TooManyRequests, LostCapacity, waitSeconds: 0);
        await UntilAsync(
            async () => await CountsAsync(near, Lost) || await CountsAsync(cluster["host-3"], Lost),
            "a stand-in that counts the lost host's requests");
        await new Api(cluster["host-3"], Lost).AssertAuditAsync();

        await lost.RestartAsync();

        await UntilAllAnswerAsync(lost);
        await UntilServedAtHomeAsync(cluster);
        Assert.Equal(HttpStatusCode.OK, await RenewAsync(cluster["host-3"], lease));
        JsonElement home = await new Api(cluster["host-3"], Lost).ContainerAsync("c");
        Assert.True(Api.Number(home, "allottedBytes") >= 2 * Bytes, home.ToString());
        await new Api(near, Lost).AssertAuditAsync();
    }

    [Fact]
    public async Task Start_SecondSiloOfAHost_RefusedWithOneLine()
    {
        await using ClusterOfSilos cluster = await ClusterOfSilos.StartAsync(await RedisServer.StartAsync(), hosts: 1);

        InvalidOperationException refused = await Assert.ThrowsAsync<InvalidOperationException>(
            () => SiloProcess.StartAsync(cluster.ArgumentsOf("host-1")));

        Assert.Contains("ended with 69", refused.Message, StringComparison.Ordinal);
        Assert.Contains(
            $"Host host-1 is served by the silo at 127.0.0.1:{cluster.Silos[0].SiloPort} already",
            refused.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Kill_SiloOfAHost_SuccessorOnOtherPortsStarts()
    {
        await using ClusterOfSilos cluster = await ClusterOfSilos.StartAsync(await RedisServer.StartAsync(), hosts: 1);
        await cluster["host-1"].KillAsync();

        await using SiloProcess successor = await SiloProcess.StartAsync(cluster.ArgumentsOf("host-1"));

        await new Api(successor, "host-1").AssertAuditAsync();
    }

    // A node that was off and comes back: its pod has a new address, at the old one there is nobody, and where the
    // whole cluster was off, no other silo is up to declare the old one dead.
    [Fact]
    public async Task Kill_SiloOfAHostWhoseAddressIsGone_SuccessorAtAnotherAddressStarts()
    {
        if (await HostNetwork.WhyNotAsync() is { } reason)
        {
            Assert.Skip(reason);
        }

        await using HostNetwork network = await HostNetwork.StartAsync(hosts: 2);
        RedisServer store = await RedisServer.StartAsync($"127.0.0.1 {network.Address}");
        string address = store.ConnectionStringAt(network.Address, store.Port);
        await using ClusterOfSilos cluster = await ClusterOfSilos.StartAsync(store, 1, _ => [], address, network.Place);
        await cluster["host-1"].KillAsync();
        await network.CutAsync(0);

        await using SiloProcess successor =
            await SiloProcess.StartAsync(network.Place(1), cluster.ArgumentsOf("host-1"));

        await new Api(successor, "host-1").AssertAuditAsync();
    }

    private static async Task<ClusterOfSilos> StartAsync(string provider) => await ClusterOfSilos.StartAsync(
        provider == "Redis" ? await RedisServer.StartAsync() : await PostgreSqlServer.StartAsync(),
        Hosts,
        host =>
        [
            $"--Headroom:Host:CapacityBytes={(host == Lost ? LostCapacity : Capacity)}",
            "--Headroom:Session:Ttl=00:00:02",
            "--Headroom:Session:MaxLeaseTtl=00:01:00",
        ]);

    // With its silo just lost, a host answers again when the others have found it dead.
    private static Task UntilAllAnswerAsync(SiloProcess silo) => UntilAsync(
        async () =>
        {
            JsonElement seen = await new Api(silo, Lost).GetAsync("/v1/cluster");
            return seen.GetProperty("unreachable").GetArrayLength() == 0
                && seen.GetProperty("hosts").EnumerateArray()
                    .Select(host => host.GetProperty("host").GetString())
                    .SequenceEqual(["host-1", "host-2", "host-3"]);
        },
        "all hosts answer");

    // A silo's gauges show the hosts whose budgets it serves, and it alone has the readings of its own machine.
    private static Task UntilServedAtHomeAsync(ClusterOfSilos cluster) => UntilAsync(
        async () =>
        {
            for (int number = 1; number <= Hosts; number++)
            {
                string gauges = await cluster.Silos[number - 1].Http.GetStringAsync("/metrics", Stop);
                if (!Shows(gauges, "headroom_host_capacity_bytes{", $"host-{number}"))
                {
                    return false;
                }
            }

            return true;
        },
        "each host served by its own silo");

    private static async Task<bool> CountsAsync(SiloProcess silo, string host)
    {
        string counters = await silo.Http.GetStringAsync("/metrics", Stop);
        return Shows(counters, "headroom_requests_", host);
    }

    private static bool Shows(string metrics, string name, string host) => metrics.Split('\n').Any(line =>
        line.StartsWith(name, StringComparison.Ordinal)
        && line.Contains($"host=\"{host}\"", StringComparison.Ordinal));

    // While a budget moves, its answer may be 503 with the time to try again; nothing is lost or charged twice by that.
    private static async Task<(HttpStatusCode Status, string Body)> PostAsync(
        SiloProcess silo, string path, string body)
    {
        (HttpStatusCode Status, string Body) answer = default;
        await UntilAsync(
            async () =>
            {
                using var content = new StringContent(body, new MediaTypeHeaderValue("application/json"));
                using HttpResponseMessage response =
                    await silo.Http.PostAsync(path, body.Length == 0 ? null : content, Stop);
                answer = (response.StatusCode, await response.Content.ReadAsStringAsync(Stop));
                return answer.Status != HttpStatusCode.ServiceUnavailable;
            },
            "an answer other than 503");
        return answer;
    }

    private static async Task<string> AskAsync(
        SiloProcess silo, string request, HttpStatusCode expected, long bytes = Bytes, int waitSeconds = 20)
    {
        string body = $$"""
            {"bytes":{{bytes}},"urgency":"RiskyToFail","requestId":"{{request}}","ttlSeconds":60,
            "waitSeconds":{{waitSeconds}}}
            """;
        (HttpStatusCode status, string text) =
            await PostAsync(silo, $"/v1/hosts/{Lost}/containers/c/subsystems/s/leases", body);
        Assert.True(status == expected, $"{status}, not {expected}: {text}");
        using var answer = JsonDocument.Parse(text);
        return answer.RootElement.TryGetProperty("leaseId", out JsonElement id) ? id.GetString()! : "";
    }

    private static async Task<HttpStatusCode> RenewAsync(SiloProcess silo, string lease) =>
        (await PostAsync(silo, $"/v1/leases/{lease}/renew", "")).Status;

    private static Task UntilAsync(Func<Task<bool>> condition, string expected) =>
        Api.UntilAsync(condition, Limit, expected, () => Task.FromResult("not that"));
}
