using System.Net;
using System.Text.Json;
using Headroom.Support;
using Xunit;

namespace Headroom.Silo.Tests.Http;

/// <summary>The rung that needs several hosts: real memory of another one, over HTTP against real silos.</summary>
[Trait("Kind", "Process")]
public sealed class SiloLoanTests
{
    private const long Mebibyte = 1L << 20;
    private const long Bytes = 2 * Mebibyte;
    private const string Borrower = "host-1/c/journal";

    [Fact]
    public async Task Ask_HomeIsFull_OtherHostsLendAndAreGivenBack()
    {
        await using ClusterOfSilos cluster = await ClusterOfSilos.StartAsync(
            await RedisServer.StartAsync(),
            hosts: 3,
            host => host == "host-1"
                ? [$"--Headroom:Host:CapacityBytes={64 * Mebibyte}", "--Headroom:Host:ReserveBytes=0"]
                :
                [
                    $"--Headroom:Host:CapacityBytes={64 * Mebibyte}",
                    $"--Headroom:Host:ReserveBytes={16 * Mebibyte}",
                    $"--Headroom:Host:PledgedBytes={8 * Mebibyte}",
                ]);
        var home = new SiloApi(cluster["host-1"], "host-1");
        await home.PutAsync("c", $$"""{"limitBytes":{{4 * Mebibyte}}}""");
        JsonElement full = await home.AskAsync("c/journal", Body("full", 4 * Mebibyte, 0), HttpStatusCode.Created);

        JsonElement one = await home.AskUntilGrantedAsync("c/journal", Body("one", Bytes, 1));
        JsonElement two = await home.AskUntilGrantedAsync("c/journal", Body("two", Bytes, 2));

        Assert.Equal("loan", SiloApi.Text(one, "rung"));
        Assert.Equal(SiloApi.Text(one, "host"), Assert.Single(Lenders(one)));
        Assert.Equal(["host-2", "host-3"], Lenders(two).Order(StringComparer.Ordinal));
        Assert.All(
            two.GetProperty("loan").GetProperty("parts").EnumerateArray(),
            part => Assert.Equal(16, part.GetProperty("token").GetBytesFromBase64().Length));
        Assert.Equal(2 * Bytes, SiloApi.Number(await home.GetAsync("c"), "loanBytes"));
        Assert.Equal(3 * Bytes, await LentAsync(cluster));

        // Through any silo: the id knows the lenders.
        var other = new SiloApi(cluster["host-3"], "host-1");
        JsonElement renewed = await other.RenewAsync(two, HttpStatusCode.OK);
        Assert.Equal(SiloApi.Text(two, "leaseId"), SiloApi.Text(renewed, "leaseId"));
        Assert.Equal(Lenders(two), Lenders(renewed));

        await other.DeleteAsync(one, two);
        Assert.Equal(0, await LentAsync(cluster));
        Assert.Equal(0, SiloApi.Number(await home.GetAsync("c"), "loanBytes"));
        await home.RenewAsync(two, HttpStatusCode.Gone);
        await home.DeleteAsync(full);
        await home.AssertAuditAsync();
    }

    [Fact]
    public async Task Renew_LenderDies_410NamesIt()
    {
        await using ClusterOfSilos cluster = await ClusterOfSilos.StartAsync(
            await RedisServer.StartAsync(),
            hosts: 2,
            $"--Headroom:Host:CapacityBytes={64 * Mebibyte}",
            $"--Headroom:Host:ReserveBytes={8 * Mebibyte}",
            $"--Headroom:Host:PledgedBytes={8 * Mebibyte}");
        var home = new SiloApi(cluster["host-1"], "host-1");
        await home.PutAsync("c", $$"""{"limitBytes":{{4 * Mebibyte}}}""");
        await home.AskAsync("c/journal", Body("full", 4 * Mebibyte, 0), HttpStatusCode.Created);
        JsonElement lease = await home.AskUntilGrantedAsync("c/journal", Body("one", Bytes, 1));
        Assert.Equal("host-2", Assert.Single(Lenders(lease)));

        await cluster["host-2"].KillAsync();

        // Until the cluster knows that it is dead, nobody can say.
        JsonElement gone = await home.RenewUntilAsync(lease, HttpStatusCode.ServiceUnavailable, HttpStatusCode.Gone);
        Assert.Contains("host-2", SiloApi.Text(gone, "detail"), StringComparison.Ordinal);
        Assert.Equal(0, SiloApi.Number(await home.GetAsync("c"), "loanBytes"));
        Assert.False((await new SiloApi(cluster["host-1"], "host-2").HostAsync()).TryGetProperty("reserve", out _));
    }

    private static string Body(string id, long bytes, int replicas) =>
        $$"""
        {"bytes":{{bytes}},"urgency":3,"requestId":"{{id}}","ttlSeconds":120,"reason":"commit","waitSeconds":5,
        "replicas":{{replicas}}}
        """;

    private static string[] Lenders(JsonElement lease) =>
    [
        .. lease.GetProperty("loan").GetProperty("parts").EnumerateArray().Select(part => SiloApi.Text(part, "host")),
    ];

    // What the lenders say, which must agree with whom they say it of.
    private static async Task<long> LentAsync(ClusterOfSilos cluster)
    {
        long sum = 0;
        foreach (string host in (string[])["host-2", "host-3"])
        {
            JsonElement reserve = (await new SiloApi(cluster["host-1"], host).HostAsync()).GetProperty("reserve");
            long lent = SiloApi.Number(reserve, "lentBytes");
            bool known = reserve.GetProperty("borrowers").TryGetProperty(Borrower, out JsonElement bytes);
            Assert.Equal(lent, known ? bytes.GetInt64() : 0);
            sum += lent;
        }

        return sum;
    }
}
