using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Headroom.Contracts;
using Xunit;

namespace Headroom.Silo.Tests.Http;

public sealed class LadderRoutesTests : IAsyncLifetime
{
    private const string Container = "/v1/hosts/host-1/containers/known";
    private const string Subsystem = Container + "/subsystems/journal";
    private readonly HttpFixture _server = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private GrainDoubles Grains => _server.Grains;

    public ValueTask InitializeAsync() => _server.InitializeAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task GetMustSucceed_KnownContainer_QuotaAndReasons() => Assert.Equal(
        """
        {"host":"host-1","container":"known","quotaBytes":9000,"outstandingBytes":4000,
        "reasons":[{"subsystem":"journal","reason":"commit","granted":5,"waiting":1,"outstandingBytes":4000}]}
        """.ReplaceLineEndings(""),
        await GetAsync(Container + "/must-succeed", HttpStatusCode.OK));

    [Theory]
    [InlineData("/must-succeed")]
    [InlineData("/subsystems/s/explain?bytes=1&urgency=0")]
    public async Task Get_UnknownContainer_404AndIsNotCreated(string path)
    {
        await GetAsync("/v1/hosts/host-1/containers/nobody" + path, HttpStatusCode.NotFound);
        Assert.Equal("host-1 GetContainer", Assert.Single(Grains.Calls));
    }

    [Theory]
    [InlineData("bytes=4096&urgency=mustsucceed", 4096, 3)]
    [InlineData("bytes=9223372036854775807&urgency=0", long.MaxValue, 0)]
    public async Task Explain_Question_IsAskedAsItIs(string query, long bytes, int urgency)
    {
        (long, int)? asked = null;
        Grains.OnExplain = (bytes, urgency) =>
        {
            asked = (bytes, urgency);
            return new LeaseAnswer { Outcome = (byte)Outcome.Granted, Rung = (byte)Rung.Host };
        };
        await GetAsync($"{Subsystem}/explain?{query}", HttpStatusCode.OK);
        Assert.Equal((bytes, urgency), asked);
    }

    [Fact]
    public async Task Explain_WouldBeRefused_200SaysByWhomAndWhy()
    {
        Grains.OnExplain = (_, _) => new LeaseAnswer
        {
            Outcome = (byte)Outcome.Refused,
            Rung = (byte)Rung.Container,
            RefusedBy = "container",
            AvailableBytes = 12,
            Rungs = [new RungTrial { Rung = (byte)Rung.Container, AvailableBytes = 12 }],
            Holders = [new HolderShare { Name = "cache", Urgency = 0, Bytes = 900 }],
            Detail = "why",
        };
        Assert.Equal(
            """
            {"bytes":4096,"urgency":"SafeToFail","outcome":"refused","rung":"container","refusedBy":"container",
            "availableBytes":12,"rungs":[{"rung":"container","availableBytes":12}],
            "holders":[{"name":"cache","urgency":"Optional","bytes":900}],"state":"normal","detail":"why"}
            """.ReplaceLineEndings(""),
            await GetAsync($"{Subsystem}/explain?bytes=4096&urgency=1", HttpStatusCode.OK));
    }

    [Fact]
    public async Task Explain_MoreThanTheCapacity_400NamesBytes()
    {
        Grains.OnExplain = (_, _) => new LeaseAnswer
        {
            Outcome = (byte)Outcome.Invalid,
            Detail = "bytes must be 1 to 1000: the host's capacity",
        };
        JsonElement problem = JsonElement.Parse(
            await GetAsync($"{Subsystem}/explain?bytes=1001&urgency=1", HttpStatusCode.BadRequest));
        Assert.Equal("bytes", problem.GetProperty("field").GetString());
    }

    [Theory]
    [InlineData(SubsystemState.ReadOnly, "readOnly")]
    [InlineData(SubsystemState.FailStop, "failStop")]
    [InlineData(SubsystemState.Fallback, "fallback")]
    public async Task Post_LastResort_503WithTheStateAndTheRungs(SubsystemState state, string word)
    {
        Grains.OnAcquire = (_, _, _) => new(new LeaseAnswer
        {
            Outcome = (byte)Outcome.LastResort,
            Rung = (byte)Rung.LastResort,
            State = (byte)state,
            RefusedBy = "host",
            RetryAfter = TimeSpan.FromSeconds(1.5),
            Rungs = [new RungTrial { Rung = (byte)Rung.Loan, AvailableBytes = 0 }],
            Detail = "why",
        });
        using HttpResponseMessage response = await PostAsync("""{"bytes":1,"urgency":3,"requestId":"r"}""");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(2), response.Headers.RetryAfter!.Delta);
        JsonElement problem = await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        Assert.Equal("urn:headroom:problem:last-resort", problem.GetProperty("type").GetString());
        Assert.Equal(word, problem.GetProperty("state").GetString());
        Assert.Equal("why", problem.GetProperty("detail").GetString());
        Assert.Equal(
            """[{"rung":"loan","availableBytes":0}]""", problem.GetProperty("rungs").GetRawText());
    }

    [Fact]
    public async Task Renew_AskedBack_SaysHowMuchAndWithinWhatTime()
    {
        using HttpResponseMessage lease = await PostAsync("""{"bytes":4096,"urgency":0,"requestId":"r"}""");
        Grains.OnRenew = claim => new LeaseAnswer
        {
            Outcome = (byte)Outcome.Granted,
            LeaseId = claim.LeaseId,
            Bytes = claim.Bytes,
            Rung = (byte)Rung.Container,
            Ttl = claim.Ttl,
            ReclaimBytes = 4096,
            ReclaimWithin = TimeSpan.FromMilliseconds(750),
        };
        using HttpResponseMessage response = await _server.Http.PostAsync(
            new Uri($"{lease.Headers.Location}/renew", UriKind.Relative), null, Cancellation);
        JsonElement renewed = await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        Assert.Equal(4096, renewed.GetProperty("reclaimBytes").GetInt64());
        Assert.Equal(0.75, renewed.GetProperty("reclaimWithinSeconds").GetDouble());
    }

    private async Task<string> GetAsync(string path, HttpStatusCode status)
    {
        using HttpResponseMessage response = await _server.Http.GetAsync(new Uri(path, UriKind.Relative), Cancellation);
        Assert.Equal(status, response.StatusCode);
        return await response.Content.ReadAsStringAsync(Cancellation);
    }

    private Task<HttpResponseMessage> PostAsync(string body) => _server.Http.PostAsync(
        new Uri(Subsystem + "/leases", UriKind.Relative),
        new StringContent(body, new MediaTypeHeaderValue("application/json")),
        Cancellation);
}
