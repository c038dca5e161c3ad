using System.Net;
using System.Net.Http.Headers;
using Headroom.Support;
using Xunit;

namespace Headroom.Chaos.Tests.Storage;

/// <summary>
/// A store that is frozen, killed or slow delays only what needs an allotment step, and nobody has to mend anything.
/// </summary>
[Trait("Kind", "Process")]
public sealed class StoreOutageTests
{
    private const string Host = "host-1";
    private const long Small = 4096;

    // More than was asked for ahead of need: only a raised allotment, which is written first, can meet it.
    private const long Step = 600L << 20;

    // Many times what a round through the grains takes, and a small part of what a store that is down would add.
    private static readonly TimeSpan Prompt = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(40);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Redis")]
    [InlineData("PostgreSql")]
    public async Task Outage_StoreFrozenAndThenKilled_DelaysOnlyWhatNeedsAStep(string provider)
    {
        ISharedStore store = await StartStoreAsync(provider);
        await using ClusterOfSilos cluster = await ClusterOfSilos.StartAsync(store, hosts: 1, Settings(lease: 30));
        SiloProcess silo = cluster[Host];
        var leases = new LeaseCalls(silo, Host);
        string held = (await AskAsync(leases, Small)).Lease;

        // In another container: in its own one, lower urgencies rightly wait behind it.
        var stepping = new LeaseCalls(silo, Host, "stepping");
        await AskAsync(stepping, Small);
        await using HeadroomClient client = await ConnectAsync(silo, "sdk");
        await UntilTakenAsync(client.Subsystem("credit"));
        foreach (string fault in (string[])["frozen", "killed"])
        {
            await DownAsync(store, fault);
            var stepped = stepping.AskAsync(Step, Urgency.RiskyToFail, waitSeconds: 60, Stop);
            await GoesOnAsync(leases, held, client);
            Assert.False(stepped.IsCompleted, "An allotment step was answered without the store.");
            Assert.Equal("ready", await silo.Http.GetStringAsync("/healthz/ready", Stop));

            await UpAsync(store, fault);
            (HttpStatusCode status, string lease, string body) = await stepped.WaitAsync(Limit, Stop);
            Assert.True(status == HttpStatusCode.Created, $"{fault}: {status}: {body}");
            await GoesOnAsync(leases, held, client);
            await UntilAuditAsync(new Api(silo, Host));

            // Given back as far as the host, so that the next one needs a step again.
            await stepping.ReleaseAsync(lease, Stop);
            await Api.UntilAsync(
                async () => Api.Number(await new Api(silo, Host).ContainerAsync("stepping"), "allottedBytes") < Step,
                Limit,
                "idle allotment given back",
                async () => (await new Api(silo, Host).ContainerAsync("stepping")).ToString());
        }
    }

    [Theory]
    [InlineData("Redis")]
    [InlineData("PostgreSql")]
    public async Task Outage_LongerThanTheAuthorityLease_NewDrawsWaitAndGoOnByThemselves(string provider)
    {
        ISharedStore store = await StartStoreAsync(provider);
        await using ClusterOfSilos cluster = await ClusterOfSilos.StartAsync(store, hosts: 1, Settings(lease: 6));
        SiloProcess silo = cluster[Host];
        var api = new Api(silo, Host);
        var leases = new LeaseCalls(silo, Host);
        string held = (await AskAsync(leases, Small)).Lease;
        await using HeadroomClient client = await ConnectAsync(silo, "sdk");
        await DeclareAsync(silo, "sdk", "journal", """{"emergencyCreditBytes":65536}""");
        ISubsystem journal = client.Subsystem("journal");
        await Api.UntilAsync(
            () => Task.FromResult(client.GetStatus().EmergencyBytes == 65536),
            Limit,
            "a full emergency store",
            () => Task.FromResult($"{client.GetStatus()}"));

        store.Freeze();
        await Api.UntilAsync(
            async () => (await leases.AskAsync(Small, Urgency.SafeToFail, waitSeconds: 0, Stop)).Status
                == HttpStatusCode.ServiceUnavailable,
            Limit,
            "an authority that could not confirm itself, and grants nothing new",
            () => Task.FromResult("grants"));

        // Who may wait does, also for bytes that are there; who holds something gives it back; who kept something for
        // this has it.
        var risky = leases.AskAsync(Small, Urgency.RiskyToFail, waitSeconds: 60, Stop);
        var must = leases.AskAsync(Small, Urgency.MustSucceed, waitSeconds: 60, Stop);
        Assert.Equal(HttpStatusCode.NoContent, await leases.ReleaseAsync(held, Stop));
        Assert.True(journal.TryAcquire(Small, Urgency.MustSucceed, out MemoryLease kept), "Its emergency credit.");
        Assert.False(risky.IsCompleted || must.IsCompleted, "Granted without a confirmation.");

        store.Thaw();
        Assert.Equal(HttpStatusCode.Created, (await risky.WaitAsync(Limit, Stop)).Status);
        Assert.Equal(HttpStatusCode.Created, (await must.WaitAsync(Limit, Stop)).Status);
        kept.Dispose();
        await client.WaitUntilReadyAsync(Stop);
        using MemoryLease after = await journal.AcquireAsync(Small, Urgency.RiskyToFail, Stop);
        await UntilAuditAsync(api);
    }

    [Theory]
    [InlineData("Redis")]
    [InlineData("PostgreSql")]
    public async Task SlowStore_ManySmallLeases_NoneOfThemWaitsForIt(string provider)
    {
        const int Leases = 100;
        ISharedStore store = await StartStoreAsync(provider);
        await using var proxy = new DelayingProxy(store.Port);
        await using ClusterOfSilos cluster = await ClusterOfSilos.StartAsync(
            store, hosts: 1, _ => Settings(lease: 30), store.ConnectionStringAt("127.0.0.1", proxy.Port));
        SiloProcess silo = cluster[Host];
        var leases = new LeaseCalls(silo, Host);
        await AskAsync(leases, Small);

        proxy.Delay = TimeSpan.FromMilliseconds(400);
        long begin = TimeProvider.System.GetTimestamp();
        for (int lease = 0; lease < Leases; lease++)
        {
            Assert.Equal(
                HttpStatusCode.NoContent, await leases.ReleaseAsync((await AskAsync(leases, Small)).Lease, Stop));
        }

        // Each of them would have taken a fifth of this, had it waited once for the store.
        TimeSpan took = TimeProvider.System.GetElapsedTime(begin);
        Assert.True(took < Leases / 5 * proxy.Delay, $"{Leases} leases took {took}.");
        (HttpStatusCode status, _, string body) =
            await leases.AskAsync(Step, Urgency.RiskyToFail, waitSeconds: 30, Stop);
        Assert.True(status == HttpStatusCode.Created, $"{status}: {body}");
        Assert.True(TimeProvider.System.GetElapsedTime(begin) - took > proxy.Delay, "A step without the store.");
        await UntilAuditAsync(new Api(silo, Host));
    }

    // The shortest authority lease, and one that outlasts the outage on a machine that is busy.
    private static string[] Settings(int lease) =>
    [
        $"--Headroom:Session:AuthorityLease=00:00:{lease:00}",
        "--Headroom:Host:CapacityBytes=2147483648",
        $"--Headroom:Session:Ttl=00:00:{lease / 3:00}",
        "--Headroom:Session:MaxLeaseTtl=00:01:00",
    ];

    private static async Task<ISharedStore> StartStoreAsync(string provider) =>
        provider == "Redis" ? await RedisServer.StartAsync() : await PostgreSqlServer.StartAsync();

    private static async Task DownAsync(ISharedStore store, string fault)
    {
        if (fault == "frozen")
        {
            store.Freeze();
        }
        else
        {
            await store.KillAsync();
        }
    }

    private static async Task UpAsync(ISharedStore store, string fault)
    {
        if (fault == "frozen")
        {
            store.Thaw();
        }
        else
        {
            await store.RestartAsync();
        }
    }

    private static async Task GoesOnAsync(LeaseCalls leases, string held, HeadroomClient client)
    {
        using var prompt = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        prompt.CancelAfter(Prompt);
        (HttpStatusCode status, string lease, string body) =
            await leases.AskAsync(Small, Urgency.SafeToFail, waitSeconds: 0, prompt.Token);
        Assert.True(status == HttpStatusCode.Created, $"{status}: {body}");
        Assert.Equal(HttpStatusCode.OK, await leases.RenewAsync(held, prompt.Token));
        Assert.Equal(HttpStatusCode.NoContent, await leases.ReleaseAsync(lease, prompt.Token));
        Assert.True(
            client.Subsystem("credit").TryAcquire(Small, Urgency.SafeToFail, out MemoryLease taken),
            $"{client.GetStatus()}");
        taken.Dispose();
    }

    private static async Task<(HttpStatusCode Status, string Lease, string Body)> AskAsync(
        LeaseCalls leases, long bytes)
    {
        (HttpStatusCode Status, string Lease, string Body) answer =
            await leases.AskAsync(bytes, Urgency.RiskyToFail, waitSeconds: 30, Stop);
        Assert.True(answer.Status == HttpStatusCode.Created, $"{answer.Status}: {answer.Body}");
        return answer;
    }

    private static Task<HeadroomClient> ConnectAsync(SiloProcess silo, string container) =>
        HeadroomClient.ConnectAsync(
            new HeadroomOptions
            {
                Gateway = silo.Gateway,
                Host = Host,
                Container = container,
            },
            cancellationToken: Stop);

    private static async Task DeclareAsync(SiloProcess silo, string container, string subsystem, string policy)
    {
        using var body = new StringContent(policy, new MediaTypeHeaderValue("application/json"));
        using HttpResponseMessage answer = await silo.Http.PutAsync(
            $"/v1/hosts/{Host}/containers/{container}/subsystems/{subsystem}", body, Stop);
        answer.EnsureSuccessStatusCode();
    }

    private static async Task UntilTakenAsync(ISubsystem credit) => await Api.UntilAsync(
        () =>
        {
            bool taken = credit.TryAcquire(Small, Urgency.SafeToFail, out MemoryLease lease);
            lease.Dispose();
            return Task.FromResult(taken);
        },
        Limit,
        "credit",
        () => Task.FromResult("none"));

    // While a budget starts again, the audit says of its host that it did not answer.
    private static Task UntilAuditAsync(Api api) => Api.UntilAsync(
        async () => (await api.GetAsync("/v1/audit")).GetProperty("ok").GetBoolean(),
        Limit,
        "an audit without violations",
        async () => (await api.GetAsync("/v1/audit")).ToString());
}
