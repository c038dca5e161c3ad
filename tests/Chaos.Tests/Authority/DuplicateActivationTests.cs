using System.Net;
using System.Text.Json;
using Headroom.Support;
using Xunit;

namespace Headroom.Chaos.Tests.Authority;

/// <summary>
/// Two silos of one host that cannot see each other, on one store: each takes itself for the only one and has
/// activations of the same budgets. Their membership is kept apart by the schema in which each looks for its tables.
/// </summary>
[Trait("Kind", "Process")]
public sealed class DuplicateActivationTests
{
    private const string Host = "host-1";
    private const long Capacity = 1L << 30;
    private const long First = 64L << 20;
    private const long Small = 64L << 10;
    private const long Piece = 8L << 20;
    private const int MaxStops = 5;

    // As long as the silo's shortest, which it has with these settings; and what a slow machine adds.
    private static readonly TimeSpan AuthorityLease = TimeSpan.FromSeconds(7);
    private static readonly TimeSpan Duel = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(40);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TwoSilosThatDoNotSeeEachOther_BothAsked_NeverGrantTheSameBytes()
    {
        await using PostgreSqlServer store = await PostgreSqlServer.StartAsync();
        await PrepareAsync(store);
        await using SiloProcess older = await StartAsync(store, "one");
        var olderLeases = new LeaseCalls(older, Host);
        await AskAsync(olderLeases, First);
        long mark = Api.Number(await new Api(older, Host).ContainerAsync("c"), "allottedBytes");
        Assert.True(mark - First >= 4 * Small, $"Of a mark of {mark} bytes nothing is left that needs no write.");

        // Stopped past its authority lease, it comes back beside a newer one and does not know it. Whoever asked it
        // meanwhile is the first to be served.
        PosixKill.Stop(older.Process.Id);
        await using SiloProcess newer = await StartAsync(store, "two");
        var newerLeases = new LeaseCalls(newer, Host);
        await AskAsync(newerLeases, Small);
        JsonElement learning = await new Api(newer, Host).ContainerAsync("c");
        Assert.True(Api.Number(learning, "unreportedBytes") >= mark, learning.ToString());
        (int fenced, long granted) = await CountFencedAsync(older, olderLeases);
        Assert.True(fenced > 0, "No grant of a replaced activation was fenced: this shows nothing.");

        // Asked without a pause, they go on replacing each other.
        long[] more = await Task.WhenAll(TakeAsync(olderLeases), TakeAsync(newerLeases));
        long all = First + Small + granted + more.Sum();
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{more[0]} and {more[1]} bytes more, {all} of {Capacity} in all");
        Assert.True(all <= Capacity, $"{all} bytes were granted of {Capacity}.");
        Assert.True(more.Sum() > 0, "Nobody granted anything: this shows nothing.");
    }

    // Of all bytes below its mark, which need no write. It may find out by itself before it looks at the request.
    private static async Task<(int Fenced, long GrantedBytes)> CountFencedAsync(SiloProcess silo, LeaseCalls leases)
    {
        int fenced = 0;
        long granted = 0;
        for (int stop = 0; stop < MaxStops && fenced == 0; stop++)
        {
            PosixKill.Stop(silo.Process.Id);
            long begin = TimeProvider.System.GetTimestamp();
            await Api.UntilAsync(
                () => Task.FromResult(TimeProvider.System.GetElapsedTime(begin) > AuthorityLease),
                Limit,
                "the end of its authority lease",
                () => Task.FromResult("the clock"));
            var asked = leases.AskAsync(Small, Urgency.RiskyToFail, waitSeconds: 0, Stop);
            PosixKill.Continue(silo.Process.Id);
            (HttpStatusCode status, _, string body) = await asked.WaitAsync(Limit, Stop);
            TestContext.Current.TestOutputHelper!.WriteLine($"{status}: {body}");
            fenced += status == HttpStatusCode.ServiceUnavailable ? 1 : 0;
            granted += status == HttpStatusCode.Created ? Small : 0;
        }

        return (fenced, granted);
    }

    // Leases that live longer than all of this, so that they all count at its end.
    private static async Task<long> TakeAsync(LeaseCalls leases)
    {
        long begin = TimeProvider.System.GetTimestamp();
        long granted = 0;
        while (TimeProvider.System.GetElapsedTime(begin) < Duel)
        {
            (HttpStatusCode status, _, _) = await leases.AskAsync(Piece, Urgency.RiskyToFail, waitSeconds: 0, Stop);
            granted += status == HttpStatusCode.Created ? Piece : 0;
        }

        return granted;
    }

    private static async Task AskAsync(LeaseCalls leases, long bytes)
    {
        (HttpStatusCode status, _, string body) =
            await leases.AskAsync(bytes, Urgency.RiskyToFail, waitSeconds: 20, Stop);
        Assert.True(status == HttpStatusCode.Created, $"{status}: {body}");
    }

    // The first silo makes the tables; then each of the others gets members of its own before the shared rest.
    private static async Task PrepareAsync(PostgreSqlServer store)
    {
        await (await StartAsync(store, "public")).DisposeAsync();
        foreach (string schema in (string[])["one", "two"])
        {
            await store.RunAsync($"CREATE SCHEMA {schema}");
            foreach (string table in (string[])["OrleansMembershipTable", "OrleansMembershipVersionTable"])
            {
                await store.RunAsync($"CREATE TABLE {schema}.{table} (LIKE public.{table} INCLUDING ALL)");
            }
        }
    }

    private static Task<SiloProcess> StartAsync(PostgreSqlServer store, string schema) => SiloProcess.StartAsync(
        "--Headroom:Cluster:Provider=PostgreSql",
        $"--Headroom:Cluster:ConnectionString={store.ConnectionString};Search Path={schema},public",
        "--Headroom:Cluster:Key=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        $"--Headroom:Host:Name={Host}",
        $"--Headroom:Host:CapacityBytes={Capacity}",
        "--Headroom:Session:Ttl=00:00:02",
        "--Headroom:Session:MaxLeaseTtl=00:02:00");
}
