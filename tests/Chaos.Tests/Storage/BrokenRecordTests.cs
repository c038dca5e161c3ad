using System.Net;
using System.Text.Json;
using Headroom.Support;
using Xunit;

namespace Headroom.Chaos.Tests.Storage;

/// <summary>
/// A record that is damaged, or is somebody else's, stops its one budget and says why; nobody takes it for empty.
/// Mended, it serves again by itself.
/// </summary>
[Trait("Kind", "Process")]
public sealed class BrokenRecordTests
{
    private const string Sound = "host-1";
    private const string Broken = "host-2";
    private const long Bytes = 64L << 20;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(40);
    private static readonly string[] Settings =
        ["--Headroom:Session:Ttl=00:00:02", "--Headroom:Host:CapacityBytes=1073741824"];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Redis_DamagedAndForeignRecords_StopThatBudgetAlone()
    {
        RedisServer redis = await RedisServer.StartAsync();
        await using ClusterOfSilos cluster = await ClusterOfSilos.StartAsync(redis, hosts: 2, Settings);
        await HoldAsync(cluster[Sound], Sound);
        await HoldAsync(cluster[Sound], Broken);
        string key = (await redis.CommandAsync("KEYS", $"*{Broken}*")).Trim();
        string other = (await redis.CommandAsync("KEYS", $"*{Sound}*")).Trim();
        string data = await redis.CommandAsync("HGET", key, "data");
        string tag = await redis.CommandAsync("HGET", key, "etag");

        (string Damage, string Says, string[][] Commands)[] damages =
        [
            ("foreign", "names host 'host-1'", [["COPY", other, key, "REPLACE"]]),
            ("newer", "version 99", [["HSET", key, "data", data.Replace("\"Version\":1", "\"Version\":99")]]),
            ("no text", "read", [["HSET", key, "data", "\u0001\u0002 not a record"]]),
            ("no record", "is empty", [["HSET", key, "data", "null"]]),
            ("no tag", "is damaged", [["HDEL", key, "etag"]]),
            ("other type", "read", [["DEL", key], ["SET", key, "1"]]),
        ];
        foreach ((string damage, string says, string[][] commands) in damages)
        {
            TestContext.Current.TestOutputHelper!.WriteLine(damage);
            foreach (string[] command in commands)
            {
                await redis.CommandAsync(command);
            }

            // Another tag, as a write of somebody else would leave: the activation that runs stops by itself.
            if (damage is not ("no tag" or "other type"))
            {
                await redis.CommandAsync("HSET", key, "etag", damage);
            }

            await UntilStoppedAsync(cluster[Sound], damage, says);
            await HoldAsync(cluster[Sound], Sound);

            await redis.CommandAsync("DEL", key);
            await redis.CommandAsync("HSET", key, "data", data, "etag", tag);
            await UntilServedAsync(cluster[Sound], damage);
        }
    }

    // The audit names the host and says why; whoever asks is told that it cannot answer now.
    private static async Task UntilStoppedAsync(SiloProcess silo, string damage, string says)
    {
        string seen = "";
        await Api.UntilAsync(
            async () =>
            {
                JsonElement audit = await new Api(silo, Broken).GetAsync("/v1/audit");
                seen = audit.ToString();
                return audit.GetProperty("violations").EnumerateArray().Any(violation =>
                    violation.GetProperty("budget").GetString() == Broken
                    && violation.GetProperty("detail").GetString()!.Contains(says, StringComparison.Ordinal));
            },
            Limit,
            $"{damage}: an audit that says '{says}'",
            () => Task.FromResult(seen));
        (HttpStatusCode status, _, string body) = await new LeaseCalls(silo, Broken, "new")
            .AskAsync(Bytes, Urgency.RiskyToFail, waitSeconds: 0, Stop);
        Assert.True(status == HttpStatusCode.ServiceUnavailable, $"{damage}: {status}: {body}");
    }

    // What was allotted before is known again: it was not taken for empty.
    private static Task UntilServedAsync(SiloProcess silo, string damage)
    {
        var api = new Api(silo, Broken);
        return Api.UntilAsync(
            async () =>
            {
                using HttpResponseMessage answer = await silo.Http.GetAsync($"/v1/hosts/{Broken}", Stop);
                return answer.IsSuccessStatusCode && Api.Number(await api.HostAsync(), "allottedBytes") >= Bytes;
            },
            Limit,
            $"{damage}: served again after mending",
            async () => (await silo.Http.GetAsync($"/v1/hosts/{Broken}", Stop)).ToString());
    }

    private static async Task HoldAsync(SiloProcess silo, string host)
    {
        (HttpStatusCode status, _, string body) =
            await new LeaseCalls(silo, host).AskAsync(Bytes, Urgency.RiskyToFail, waitSeconds: 20, Stop);
        Assert.True(status == HttpStatusCode.Created, $"{status}: {body}");
    }
}
