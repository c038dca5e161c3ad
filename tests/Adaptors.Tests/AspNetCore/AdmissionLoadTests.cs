using System.Net;
using Headroom.Support;
using Xunit;

namespace Headroom.Adaptors.Tests.AspNetCore;

/// <summary>
/// A real server under load, with less memory than its requests want together, admitted by a real silo with the waits
/// that it ships with.
/// </summary>
[Trait("Kind", "Process")]
public sealed class AdmissionLoadTests
{
    private const long LimitBytes = 16 * WorkEndpoints.Mebibyte;
    private const int Clients = 24;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private readonly WorkEndpoints _work = new();

    [Fact]
    public async Task Load_MemoryIsShort_SomeAre503AndNeverMoreIsOutThanTheLimit()
    {
        await using SiloProcess silo = await SiloProcess.StartAsync(SharedSilo.Settings);
        LimitedContainer container = await DeclareAsync(silo);
        await using (WebServer server = await WebServer.StartAsync(container, _work.Map, WorkEndpoints.Configure))
        {
            WebLoad load = NewLoad(server);
            using HttpClient client = server.Connect();

            // Whatever the load does afterwards, each way has refused once.
            Task<HttpResponseMessage> holds = client.GetAsync($"{WorkEndpoints.Hold}?mebibytes=16", Stop);
            await SiloApi.UntilAsync(() => _work.Holding == 1, "all of the memory in use");
            await load.RunAsync(3, 1, _ => (WorkEndpoints.Policy, null), Stop);
            await load.RunAsync(3, 1, _ => ($"{WorkEndpoints.Work}?mebibytes=2", null), Stop);
            await load.RunAsync(3, 1, _ => ($"{WorkEndpoints.Global}?mebibytes=2", null), Stop);
            Assert.Equal(9, load.Count(HttpStatusCode.ServiceUnavailable));
            _work.Release();
            Assert.Equal(HttpStatusCode.OK, (await holds).StatusCode);

            await load.RunAsync(Clients, 60, Next, Stop);

            TestContext.Current.TestOutputHelper!.WriteLine($"{load}; most bytes at once: {_work.MostBytes}");
            Assert.True(load.Faults.Count == 0, string.Join(Environment.NewLine, load.Faults.Take(3)));
            foreach (string path in (string[])
                [WorkEndpoints.Work, WorkEndpoints.Policy, WorkEndpoints.Global, WorkEndpoints.Commit])
            {
                Assert.True(load.Count(path, HttpStatusCode.OK) > 0, $"{path} was never served: {load}");
            }

            Assert.Equal(0, load.Count(WorkEndpoints.Commit, HttpStatusCode.ServiceUnavailable));
            Assert.InRange(_work.MostBytes, LimitBytes / 2, LimitBytes);
            await NothingLeasedAsync(server, container);
        }

        await container.Api.AssertAllFreeAsync();
    }

    [Fact]
    public async Task Load_ManyClientsGoAway_NothingIsLeasedAfterwards()
    {
        await using SiloProcess silo = await SiloProcess.StartAsync(SharedSilo.Settings);
        LimitedContainer container = await DeclareAsync(silo);
        await using (WebServer server = await WebServer.StartAsync(container, _work.Map, WorkEndpoints.Configure))
        {
            WebLoad load = NewLoad(server);

            await load.RunAsync(Clients, 40, NextAborted, Stop);

            TestContext.Current.TestOutputHelper!.WriteLine($"{load}; most bytes at once: {_work.MostBytes}");
            Assert.True(load.Faults.Count == 0, string.Join(Environment.NewLine, load.Faults.Take(3)));
            Assert.True(load.Aborted > 20, $"few went away: {load}");
            Assert.True(load.Count(HttpStatusCode.OK) > 20, $"few stayed: {load}");
            Assert.InRange(_work.MostBytes, 1, LimitBytes);
            await NothingLeasedAsync(server, container);
        }

        await container.Api.AssertAllFreeAsync();
    }

    [Fact]
    public async Task Load_SiloIsKilledAndComesBack_Only503MeanwhileAndServedAgain()
    {
        await using SiloProcess silo =
            await SiloProcess.StartAsync([.. SharedSilo.Settings, "--Headroom:Session:Ttl=00:00:03"]);
        LimitedContainer container = await DeclareAsync(silo);
        await using (WebServer server = await WebServer.StartAsync(container, _work.Map, WorkEndpoints.Configure))
        {
            WebLoad load = NewLoad(server);
            using var enough = CancellationTokenSource.CreateLinkedTokenSource(Stop);
            Task running = load.RunAsync(8, int.MaxValue, Next, enough.Token);
            await SiloApi.UntilAsync(() => load.Count(HttpStatusCode.OK) > 100, "requests that are served");

            await silo.KillAsync();
            await SiloApi.UntilAsync(
                () => server.Budget.GetStatus() is { Connected: false }, "a session that is over");
            int refused = load.Count(HttpStatusCode.ServiceUnavailable);
            await SiloApi.UntilAsync(
                () => load.Count(HttpStatusCode.ServiceUnavailable) > refused + 20, "requests that are refused");
            await silo.RestartAsync();
            int served = load.Count(HttpStatusCode.OK);
            await SiloApi.UntilAsync(() => load.Count(HttpStatusCode.OK) > served + 100, "requests served again");
            await enough.CancelAsync();
            await running;

            TestContext.Current.TestOutputHelper!.WriteLine($"{load}; most bytes at once: {_work.MostBytes}");
            Assert.True(load.Faults.Count == 0, string.Join(Environment.NewLine, load.Faults.Take(3)));
            Assert.InRange(_work.MostBytes, 0, LimitBytes);
            await NothingLeasedAsync(server, container);
        }

        await container.Api.AssertAllFreeAsync();
    }

    private static Task<LimitedContainer> DeclareAsync(SiloProcess silo) => LimitedContainer.DeclareAsync(
        silo, SharedSilo.Host, "web", LimitBytes, new HeadroomOptions().CallTimeout);

    private static WebLoad NewLoad(WebServer server)
    {
        int seed = Random.Shared.Next(1_000_000);
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        return new WebLoad(server, seed);
    }

    private static (string Path, int? AbortAfter) Next(Random random) => random.Next(10) switch
    {
        < 5 => ($"{WorkEndpoints.Work}?mebibytes={random.Next(1, 5)}", null),
        < 7 => ($"{WorkEndpoints.Global}?mebibytes={random.Next(1, 5)}", null),
        < 9 => (WorkEndpoints.Policy, null),
        _ => (WorkEndpoints.Commit, null),
    };

    // Most go away, some of them before they are served and some in the middle.
    private static (string Path, int? AbortAfter) NextAborted(Random random) =>
        (Next(random).Path, random.Next(4) == 0 ? null : random.Next(400));

    private static async Task NothingLeasedAsync(WebServer server, LimitedContainer container)
    {
        await SiloApi.UntilAsync(() => server.Budget.GetStatus().LeasedBytes.Sum() == 0, "nothing leased here");
        await container.Api.AssertNothingLeasedAsync();
        await container.Api.AssertAuditAsync();
    }
}
