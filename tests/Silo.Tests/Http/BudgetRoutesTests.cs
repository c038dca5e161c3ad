using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Headroom.Contracts;
using Xunit;

namespace Headroom.Silo.Tests.Http;

public sealed class BudgetRoutesTests : IAsyncLifetime
{
    private const string Host = "/v1/hosts/host-1";
    private const string Leased = """{"optional":1,"safeToFail":20,"riskyToFail":300,"mustSucceed":4000}""";
    private readonly HttpFixture _server = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private GrainDoubles Grains => _server.Grains;

    public ValueTask InitializeAsync() => _server.InitializeAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task GetHost_KnownHost_ItsViewAndTheSumsOverItsContainers()
    {
        Grains.Containers.Add("second");
        Assert.Equal(
            """
            {"host":"host-1","capacityBytes":1000000,"reserveBytes":1000,"pledgedBytes":100,"allottedBytes":5000,
            "overdraftBytes":12,
            "leasedBytes":{"optional":2,"safeToFail":40,"riskyToFail":600,"mustSucceed":8000},
            "creditBytes":60,"ghostBytes":10,
            "loanBytes":11,
            "reserve":{"pledgedBytes":100,"lentBytes":11,"freePledgeBytes":89,"loans":2,
            "borrowers":{"host-2/a/s":7,"host-2/b/s":4}},
            "untrackedBytes":7,"usedBytes":9000,
            "availableBytes":{"optional":1,"safeToFail":2,"riskyToFail":3,"mustSucceed":-4},
            "pressure":"some","containers":["known","second","idle"]}
            """.ReplaceLineEndings(""),
            await GetTextAsync(Host));
        Assert.DoesNotContain("host-1/idle Get", Grains.Calls);
    }

    [Fact]
    public async Task GetHost_ItsSiloIsNotUp_NoReserveAndNobodyIsAskedForIt()
    {
        Grains.Down.Add("host-1");
        Assert.False(JsonElement.Parse(await GetTextAsync(Host)).TryGetProperty("reserve", out _));
        Assert.True(JsonElement.Parse(await GetTextAsync("/v1/audit")).GetProperty("ok").GetBoolean());
        Assert.DoesNotContain(Grains.Calls, call => call.Contains("Reserve", StringComparison.Ordinal));
    }

    [Fact]
    public async Task GetCluster_OneHost_ListsIt()
    {
        string host = await GetTextAsync(Host);
        Assert.Equal($$"""{"hosts":[{{host}}],"unreachable":[]}""", await GetTextAsync("/v1/cluster"));
    }

    [Fact]
    public async Task GetContainer_KnownContainer_AllOfItsView() => Assert.Equal(
        $$"""
        {"host":"host-1","container":"known","limitBytes":100000,"guaranteeBytes":10,
        "mustSucceedQuotaBytes":20,"cgroup":"/pods/a",
        "effectiveLimitBytes":90000,"allottedBytes":5000,"overdraftBytes":60,"loanBytes":70,"creditBytes":30,
        "emergencyBytes":50,"leasedBytes":{{Leased}},
        "mustSucceedBytes":4000,
        "ghostBytes":5,"untrackedBytes":6,"unreportedBytes":7,"usageBytes":8000,"reclaimingBytes":80,
        "sessions":2,"overdueSessions":1,
        "heapBytes":500,"heapCommittedBytes":600,"residentBytes":900,"collectableBytes":300,"leases":3,
        "waiting":{"optional":0,"safeToFail":1,"riskyToFail":2,"mustSucceed":3},"epoch":3,"learning":true,
        "subsystems":[{"subsystem":"journal","creditBytes":30,"emergencyBytes":50,"leasedBytes":{{Leased}}}]}
        """.ReplaceLineEndings(""),
        await GetTextAsync(Host + "/containers/known"));

    [Fact]
    public async Task GetContainer_UnknownContainer_404AndIsNotCreated()
    {
        using HttpResponseMessage response = await GetAsync(Host + "/containers/nobody");
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("host-1 GetContainer", Assert.Single(Grains.Calls));
    }

    [Fact]
    public async Task GetSubsystem_KnownSubsystem_ItsPolicyAndHolding() => Assert.Equal(
        $$"""
        {"host":"host-1","container":"known","subsystem":"journal","maxUrgency":"MustSucceed",
        "emergencyCreditBytes":4096,
        "lastResort":"ReadOnly","lastResortAfterSeconds":2.5,"loansComeHome":true,"state":"normal",
        "creditBytes":30,"emergencyBytes":50,"leasedBytes":{{Leased}}}
        """.ReplaceLineEndings(""),
        await GetTextAsync(Host + "/containers/known/subsystems/journal"));

    [Fact]
    public async Task GetSubsystem_InItsLastResort_SinceWhenAndForWhat()
    {
        Grains.State = SubsystemState.ReadOnly;
        JsonElement seen = JsonElement.Parse(await GetTextAsync(Host + "/containers/known/subsystems/journal"));
        Assert.Equal("readOnly", seen.GetProperty("state").GetString());
        Assert.Equal(4096, seen.GetProperty("stateBytes").GetInt64());
        TimeSpan lasted = DateTimeOffset.UtcNow - seen.GetProperty("since").GetDateTimeOffset();
        Assert.InRange(lasted, TimeSpan.FromSeconds(59), TimeSpan.FromSeconds(70));
    }

    [Fact]
    public async Task PutSubsystem_StateNormal_LiftsAfterThePolicy()
    {
        Grains.State = SubsystemState.FailStop;
        using HttpResponseMessage response = await PutAsync(
            Host + "/containers/known/subsystems/journal",
            """{"state":"normal","lastResortAfterSeconds":0.25,"loansComeHome":false}""");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        JsonElement seen = await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        Assert.Equal("normal", seen.GetProperty("state").GetString());
        Assert.False(seen.TryGetProperty("since", out _));
        Assert.Equal(
            new SubsystemPolicy { LastResortAfter = TimeSpan.FromMilliseconds(250), LoansComeHome = false },
            Assert.Single(Grains.Messages));
        Assert.Equal(
            ["host-1/known/journal Configure", "host-1/known/journal Lift", "host-1/known/journal Get"], Grains.Calls);
    }

    [Fact]
    public async Task PutSubsystem_RefusedByTheBudget_IsNotLifted()
    {
        Grains.OnConfigure = _ => new ConfigureAnswer { Field = "maxUrgency", Error = "must be something else" };
        using HttpResponseMessage response = await PutAsync(
            Host + "/containers/known/subsystems/journal", """{"state":"normal","maxUrgency":1}""");
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.DoesNotContain("host-1/known/journal Lift", Grains.Calls);
    }

    [Theory]
    [InlineData("known/subsystems/unknown")]
    [InlineData("nobody/subsystems/journal")]
    public async Task GetSubsystem_Unknown_404(string path)
    {
        using HttpResponseMessage response = await GetAsync($"{Host}/containers/{path}");
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task PutHost_SomeSettings_OnlyTheseAndAnswersWithTheNewState()
    {
        using HttpResponseMessage response =
            await PutAsync(Host, """{"capacityBytes":9223372036854775807,"pledgedBytes":0}""");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(
            "host-1",
            (await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("host").GetString());
        Assert.Equal(
            new HostSettings { CapacityBytes = long.MaxValue, PledgedBytes = 0 }, Assert.Single(Grains.Messages));
    }

    [Fact]
    public async Task PutContainer_New_IsDeclaredWithWhatWasGiven()
    {
        using HttpResponseMessage response = await PutAsync(
            Host + "/containers/new:1@a_b.c",
            """{"limitBytes":1,"guaranteeBytes":0,"mustSucceedQuotaBytes":0,"cgroup":"/kubepods/x..y"}""");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(
            new ContainerSettings
            {
                LimitBytes = 1,
                GuaranteeBytes = 0,
                MustSucceedQuotaBytes = 0,
                Cgroup = "/kubepods/x..y",
            },
            Assert.Single(Grains.Messages));
    }

    [Theory]
    [InlineData("""{"maxUrgency":2}""", 2, null)]
    [InlineData("""{"maxUrgency":"RISKYTOFAIL","lastResort":"failstop"}""", 2, LastResort.FailStop)]
    [InlineData("""{"lastResort":1}""", null, LastResort.Fallback)]
    [InlineData("{}", null, null)]
    public async Task PutSubsystem_Words_InAnyCaseOrByNumber(string body, int? maxUrgency, LastResort? lastResort)
    {
        using HttpResponseMessage response = await PutAsync(Host + "/containers/known/subsystems/journal", body);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(
            new SubsystemPolicy { MaxUrgency = (byte?)maxUrgency, LastResort = (byte?)lastResort },
            Assert.Single(Grains.Messages));
    }

    [Theory]
    [InlineData(Host, "capacityBytes")]
    [InlineData(Host + "/containers/known", "limitBytes")]
    [InlineData(Host + "/containers/known/subsystems/journal", "emergencyCreditBytes")]
    public async Task Put_RefusedByTheBudget_400NamesTheField(string path, string field)
    {
        Grains.OnConfigure = _ => new ConfigureAnswer { Field = field, Error = "must be at least 7" };
        using HttpResponseMessage response = await PutAsync(path, $$"""{"{{field}}":1}""");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        JsonElement problem = await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        Assert.Equal(field, problem.GetProperty("field").GetString());
        Assert.Equal("must be at least 7", problem.GetProperty("errors").GetProperty(field)[0].GetString());
    }

    [Fact]
    public async Task GetAudit_NothingWrong_Ok() =>
        Assert.Equal("""{"ok":true,"violations":[]}""", await GetTextAsync("/v1/audit"));

    [Fact]
    public async Task GetAudit_SomethingWrong_NotOkAndSaysWhat()
    {
        Grains.Violations = [new Violation { Invariant = "I2", Budget = "host-1/known", Detail = "5 > 4" }];
        Assert.Equal(
            """{"ok":false,"violations":[{"invariant":"I2","budget":"host-1/known","detail":"5 > 4"}]}""",
            await GetTextAsync("/v1/audit"));
    }

    [Fact]
    public async Task GetAudit_SomethingWrongWithWhatIsLent_NotOk()
    {
        Grains.ReserveViolations = [new Violation { Invariant = "I1", Budget = "host-1", Detail = "lent 5, mark 4" }];
        Assert.Equal(
            """{"ok":false,"violations":[{"invariant":"I1","budget":"host-1","detail":"lent 5, mark 4"}]}""",
            await GetTextAsync("/v1/audit"));
    }

    [Fact]
    public async Task GetMetrics_AfterARequest_PrometheusText()
    {
        await GetTextAsync("/v1/audit");
        using HttpResponseMessage response = await GetAsync("/metrics");
        Assert.Equal("text/plain", response.Content.Headers.ContentType!.MediaType);
        string text = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.Contains("http_server_request_duration_seconds", text, StringComparison.Ordinal);
        Assert.Contains("dotnet_gc", text, StringComparison.Ordinal);
    }

    private async Task<string> GetTextAsync(string path)
    {
        using HttpResponseMessage response = await GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsStringAsync(Cancellation);
    }

    private Task<HttpResponseMessage> GetAsync(string path) =>
        _server.Http.GetAsync(new Uri(path, UriKind.Relative), Cancellation);

    private Task<HttpResponseMessage> PutAsync(string path, string body) => _server.Http.PutAsync(
        new Uri(path, UriKind.Relative),
        new StringContent(body, new System.Net.Http.Headers.MediaTypeHeaderValue("application/json")),
        Cancellation);
}
