using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Headroom.Contracts;
using Headroom.Silo.Http.Leases;
using Headroom.Silo.Tests.Monitoring;
using Xunit;

namespace Headroom.Silo.Tests.Http;

public sealed class LeaseRoutesTests : IAsyncLifetime
{
    private const string Leases = "/v1/hosts/host-1/containers/web/subsystems/journal/leases";
    private readonly HttpFixture _server = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private GrainDoubles Grains => _server.Grains;

    public ValueTask InitializeAsync() => _server.InitializeAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Post_Granted_201WithLocationAndLease()
    {
        using HttpResponseMessage response = await PostAsync(
            """
            {"bytes":4096,"urgency":"mustSUCCEED","requestId":"r","waitSeconds":0.5,"ttlSeconds":60,"reason":"commit"}
            """);

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        JsonElement lease = await JsonAsync(response);
        Assert.Equal(
            $"/v1/leases/{lease.GetProperty("leaseId").GetString()}", response.Headers.Location!.OriginalString);
        Assert.Equal(4096, lease.GetProperty("bytes").GetInt64());
        Assert.Equal("MustSucceed", lease.GetProperty("urgency").GetString());
        Assert.Equal("container", lease.GetProperty("rung").GetString());
        Assert.Equal("host-1", lease.GetProperty("host").GetString());
        TimeSpan life = lease.GetProperty("expiresAt").GetDateTimeOffset() - response.Headers.Date!.Value;
        Assert.InRange(life, TimeSpan.FromSeconds(58), TimeSpan.FromSeconds(63));
        LeaseRequest request = Assert.IsType<LeaseRequest>(Assert.Single(Grains.Messages));
        Assert.Equal(new LeaseTarget("host-1", "web", "journal").WireId("r"), request.RequestId);
        Assert.Equal(TimeSpan.FromSeconds(60), request.Ttl);
        Assert.Equal(3, request.Urgency);
        Assert.Equal("commit", request.Reason);
        Assert.Equal(1, request.Replicas);
        Assert.False(request.More);
        Assert.Equal("host-1/web/journal Acquire", Assert.Single(Grains.Calls));
    }

    [Fact]
    public async Task Post_Repeated_SameLeaseId()
    {
        string body = """{"bytes":1,"urgency":0,"requestId":"r"}""";
        using HttpResponseMessage first = await PostAsync(body);
        using HttpResponseMessage second = await PostAsync(body);

        Assert.Equal(first.Headers.Location, second.Headers.Location);
        LeaseRequest[] requests = [.. Grains.Messages.Cast<LeaseRequest>()];
        Assert.Equal(requests[0].RequestId, requests[1].RequestId);
    }

    [Fact]
    public async Task Post_MustSucceedWithoutReason_NamesNone()
    {
        using HttpResponseMessage response = await PostAsync("""{"bytes":1,"urgency":3,"requestId":"r"}""");
        Assert.Equal("unspecified", Assert.IsType<LeaseRequest>(Assert.Single(Grains.Messages)).Reason);
    }

    [Fact]
    public async Task Post_MaximalOfEverything_IsAccepted()
    {
        string name = new('n', 253);
        string body = $$"""
            {"bytes":9223372036854775807,"urgency":0,"requestId":"{{new string('~', 128)}}","waitSeconds":3600,
             "ttlSeconds":300,
             "reason":"{{new string('r', 256)}}"}
            """;
        using HttpResponseMessage response = await _server.Http.PostAsync(
            new Uri($"/v1/hosts/host-1/containers/{name}/subsystems/{name}/leases", UriKind.Relative),
            Content(body),
            Cancellation);

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        using HttpResponseMessage renewed = await _server.Http.PostAsync(
            new Uri($"{response.Headers.Location}/renew", UriKind.Relative), null, Cancellation);
        Assert.Equal(HttpStatusCode.OK, renewed.StatusCode);
    }

    [Fact]
    public async Task Post_Refused_429SaysWhatThereWas()
    {
        Answer(new LeaseAnswer
        {
            Outcome = (byte)Outcome.Refused,
            RefusedBy = "host",
            AvailableBytes = 12,
            RetryAfter = TimeSpan.FromMilliseconds(1200),
            Rungs =
            [
                new RungTrial { Rung = (byte)Rung.Container, AvailableBytes = -5 },
                new RungTrial { Rung = (byte)Rung.Host, AvailableBytes = 12 },
            ],
            Detail = "the host has 12 bytes",
            Holders = [new HolderShare { Name = "cache", Urgency = 0, Bytes = 900 }],
        });

        using HttpResponseMessage response =
            await PostAsync("""{"bytes":4096,"urgency":1,"requestId":"r","waitSeconds":0}""");

        JsonElement problem = await ProblemAsync(response, 429);
        Assert.Equal(TimeSpan.FromSeconds(2), response.Headers.RetryAfter!.Delta);
        Assert.Equal("host", problem.GetProperty("refusedBy").GetString());
        Assert.Equal(12, problem.GetProperty("availableBytes").GetInt64());
        Assert.Equal("the host has 12 bytes", problem.GetProperty("detail").GetString());
        Assert.Equal(
            """[{"rung":"container","availableBytes":-5},{"rung":"host","availableBytes":12}]""",
            problem.GetProperty("rungs").GetRawText());
        Assert.Equal(
            """[{"name":"cache","urgency":"Optional","bytes":900}]""", problem.GetProperty("holders").GetRawText());
    }

    [Fact]
    public async Task Post_RefusedWithoutHope_RetryAfterIsStillAWholeSecond()
    {
        Answer(new LeaseAnswer { Outcome = (byte)Outcome.Refused });
        using HttpResponseMessage response = await PostAsync("""{"bytes":1,"urgency":0,"requestId":"r"}""");
        Assert.Equal(TimeSpan.FromSeconds(1), response.Headers.RetryAfter!.Delta);
        Assert.Equal(JsonValueKind.Array, (await ProblemAsync(response, 429)).GetProperty("rungs").ValueKind);
    }

    [Theory]
    [InlineData(Outcome.UrgencyNotAllowed, 403, "urgency-not-allowed")]
    [InlineData(Outcome.QuotaExceeded, 403, "quota-exceeded")]
    [InlineData(Outcome.Conflict, 409, "request-id-conflict")]
    [InlineData(Outcome.Gone, 410, "lease-gone")]
    [InlineData(Outcome.Unavailable, 503, "unavailable")]
    [InlineData(Outcome.Fenced, 503, "unavailable")]
    [InlineData(Outcome.RegisterAgain, 503, "unavailable")]
    public async Task Post_OtherOutcome_ItsStatus(Outcome outcome, int status, string type)
    {
        Answer(new LeaseAnswer { Outcome = (byte)outcome, Detail = "why" });
        using HttpResponseMessage response = await PostAsync("""{"bytes":1,"urgency":0,"requestId":"r"}""");
        JsonElement problem = await ProblemAsync(response, status);
        Assert.Equal($"urn:headroom:problem:{type}", problem.GetProperty("type").GetString());
        Assert.Equal("why", problem.GetProperty("detail").GetString());
        Assert.Equal(status == 503, response.Headers.RetryAfter is not null);
    }

    [Theory]
    [InlineData("bytes must be 1 to 1000: the host's capacity", "bytes", "must be 1 to 1000: the host's capacity")]
    [InlineData("subsystem: at most 10", "subsystem", "at most 10")]
    [InlineData("something else", "body", "something else")]
    public async Task Post_InvalidToTheBudget_400NamesTheField(string detail, string field, string message)
    {
        Answer(new LeaseAnswer { Outcome = (byte)Outcome.Invalid, Detail = detail });
        using HttpResponseMessage response = await PostAsync("""{"bytes":1000000000000,"urgency":0,"requestId":"r"}""");
        JsonElement problem = await ProblemAsync(response, 400);
        Assert.Equal(field, problem.GetProperty("field").GetString());
        Assert.Equal(message, problem.GetProperty("errors").GetProperty(field)[0].GetString());
    }

    [Fact]
    public async Task Post_MustSucceedStillWaits_202AndTheSameRequestGoesOn()
    {
        Answer(new LeaseAnswer
        {
            Outcome = (byte)Outcome.Waiting,
            Rung = (byte)Rung.Wait,
            Rungs = [new RungTrial { Rung = (byte)Rung.Overdraft, AvailableBytes = 3 }],
            Holders = [new HolderShare { Name = "cache", Urgency = 2, Bytes = 900 }],
            State = (byte)SubsystemState.Waiting,
            Detail = "why",
        });
        string body = """{"bytes":4096,"urgency":3,"requestId":"r-9","waitSeconds":0}""";

        using HttpResponseMessage response = await PostAsync(body);

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(1), response.Headers.RetryAfter!.Delta);
        Assert.Equal(
            """
            {"requestId":"r-9","urgency":"MustSucceed","bytes":4096,"waiting":true,"state":"waiting",
            "rungs":[{"rung":"overdraft","availableBytes":3}],
            "holders":[{"name":"cache","urgency":"RiskyToFail","bytes":900}],"detail":"why","retryAfterSeconds":1}
            """.ReplaceLineEndings(""),
            await response.Content.ReadAsStringAsync(Cancellation));
        Grains.OnAcquire = (_, request, _) => new(GrainDoubles.Granted(request));
        using HttpResponseMessage again = await PostAsync(body);
        Assert.Equal(HttpStatusCode.Created, again.StatusCode);
    }

    [Fact]
    public async Task Post_LongWait_AsksInPiecesWithOneRequestId()
    {
        Answer(
            new LeaseAnswer { Outcome = (byte)Outcome.Waiting },
            new LeaseAnswer { Outcome = (byte)Outcome.Waiting });
        using HttpResponseMessage response =
            await PostAsync("""{"bytes":4096,"urgency":2,"requestId":"r","waitSeconds":25}""");

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        LeaseRequest[] requests = [.. Grains.Messages.Cast<LeaseRequest>()];
        Assert.Equal(3, requests.Length);
        Assert.Single(requests.Select(request => request.RequestId).Distinct());
        Assert.All(requests, request => Assert.True(request.More));
        Assert.All(requests, request => Assert.Equal(LeaseDesk.CallWait, request.Wait));
    }

    [Fact]
    public async Task Post_WaitNotGiven_ThatOfTheUrgencysPipeline()
    {
        using HttpResponseMessage response = await PostAsync("""{"bytes":4096,"urgency":2,"requestId":"r"}""");
        LeaseRequest request = Assert.IsType<LeaseRequest>(Assert.Single(Grains.Messages));
        Assert.InRange(request.Wait!.Value, TimeSpan.FromSeconds(1), HttpFixture.PipelineWait);
        Assert.False(request.More);
    }

    [Theory]
    [InlineData("RiskyToFail", true)]
    [InlineData("MustSucceed", false)]
    public async Task Post_ClientHangsUpWhileItWaits_TakenBackUnlessItMustSucceed(string urgency, bool takenBack)
    {
        var asked = new TaskCompletionSource();
        var gone = new TaskCompletionSource();
        Grains.OnAcquire = async (_, request, token) =>
        {
            asked.SetResult();
            using CancellationTokenRegistration registration = token.Register(gone.SetResult);
            await gone.Task.WaitAsync(Cancellation);
            token.ThrowIfCancellationRequested();
            return GrainDoubles.Granted(request);
        };
        using var hangUp = new CancellationTokenSource();

        Task<HttpResponseMessage> post = _server.Http.PostAsync(
            new Uri(Leases, UriKind.Relative),
            Content($$"""{"bytes":1,"urgency":"{{urgency}}","requestId":"r","waitSeconds":5}"""),
            hangUp.Token);
        await asked.Task.WaitAsync(Cancellation);
        await hangUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => post);
        await gone.Task.WaitAsync(Cancellation);
        await Eventually.Sees("no request under way", () => _server.UnderWay.Count, count => count == 0);

        Guid id = new LeaseTarget("host-1", "web", "journal").WireId("r");
        Assert.Equal(takenBack ? [id] : [], Grains.Messages.OfType<Guid>());
        Assert.Equal(takenBack, Grains.Calls.Contains("host-1/web Cancel"));
    }

    [Fact]
    public async Task Post_GrainDoesNotAnswer_503WithRetryAfter()
    {
        Grains.OnAcquire = (_, _, _) => throw new TimeoutException();
        using HttpResponseMessage response = await PostAsync("""{"bytes":1,"urgency":0,"requestId":"r"}""");
        await ProblemAsync(response, 503);
        Assert.Equal(TimeSpan.FromSeconds(1), response.Headers.RetryAfter!.Delta);
        Assert.Equal(0, _server.UnderWay.Count);
    }

    [Fact]
    public async Task Post_FaultOfOurOwn_500WithoutItsInsides()
    {
        Grains.OnAcquire = (_, _, _) => throw new InvalidOperationException("insides");
        using HttpResponseMessage response = await PostAsync("""{"bytes":1,"urgency":0,"requestId":"r"}""");
        JsonElement problem = await ProblemAsync(response, 500);
        Assert.DoesNotContain("insides", problem.GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("{}")]
    public async Task Renew_Lease_200WithTheClaimItStandsFor(string? body)
    {
        (string id, LeaseClaim claim) = Sealed("host-1");
        using HttpResponseMessage response = await RenewAsync(id, body);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        JsonElement lease = await JsonAsync(response);
        Assert.Equal(id, lease.GetProperty("leaseId").GetString());
        Assert.Equal(claim.Bytes, lease.GetProperty("bytes").GetInt64());
        Assert.Equal("host-1/web RenewLease", Assert.Single(Grains.Calls));
        Assert.Equal(claim, Assert.Single(Grains.Messages));
    }

    [Fact]
    public async Task Renew_WithABodyThatSaysSomething_400()
    {
        using HttpResponseMessage response = await RenewAsync(Sealed("host-1").Id, """{"ttlSeconds":5}""");
        Assert.Equal("ttlSeconds", (await ProblemAsync(response, 400)).GetProperty("field").GetString());
        Assert.Empty(Grains.Calls);
    }

    [Fact]
    public async Task Renew_GoneLease_410()
    {
        Grains.OnRenew = _ => new LeaseAnswer { Outcome = (byte)Outcome.Gone };
        using HttpResponseMessage response = await RenewAsync(Sealed("host-1").Id, null);
        await ProblemAsync(response, 410);
    }

    [Fact]
    public async Task RenewAndDelete_LeaseOfAnotherCluster_404AndNoGrainIsAsked()
    {
        string id = Sealed("elsewhere").Id;
        using HttpResponseMessage renewed = await RenewAsync(id, null);
        await ProblemAsync(renewed, 404);
        using HttpResponseMessage deleted = await DeleteAsync(id);
        await ProblemAsync(deleted, 404);
        Assert.Empty(Grains.Calls);
    }

    [Fact]
    public async Task Delete_LeaseTwice_204Twice()
    {
        (string id, LeaseClaim claim) = Sealed("host-1");
        for (int time = 0; time < 2; time++)
        {
            using HttpResponseMessage response = await DeleteAsync(id);
            Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        }

        Assert.Equal(["host-1/web ReleaseLease", "host-1/web ReleaseLease"], Grains.Calls);
        Assert.All(Grains.Messages, message => Assert.Equal(claim, message));
    }

    private static StringContent Content(string body) =>
        new(body, new System.Net.Http.Headers.MediaTypeHeaderValue("application/json"));

    private static Task<JsonElement> JsonAsync(HttpResponseMessage response) =>
        response.Content.ReadFromJsonAsync<JsonElement>(Cancellation);

    private static async Task<JsonElement> ProblemAsync(HttpResponseMessage response, int status)
    {
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        JsonElement problem = await JsonAsync(response);
        Assert.Equal(status, problem.GetProperty("status").GetInt32());
        Assert.NotEmpty(problem.GetProperty("title").GetString()!);
        return problem;
    }

    private (string Id, LeaseClaim Claim) Sealed(string host)
    {
        var claim = new LeaseClaim
        {
            LeaseId = 5,
            Epoch = 2,
            Subsystem = "journal",
            Bytes = 4096,
            Urgency = 1,
            Ttl = TimeSpan.FromSeconds(30),
        };
        return (_server.Seal.Seal(new SealedLease(host, "web", claim)), claim);
    }

    // The answers one after the other; then it grants.
    private void Answer(params LeaseAnswer[] answers)
    {
        var left = new Queue<LeaseAnswer>(answers);
        Grains.OnAcquire = (_, request, _) =>
            new(left.TryDequeue(out LeaseAnswer? next) ? next : GrainDoubles.Granted(request));
    }

    private Task<HttpResponseMessage> PostAsync(string body) =>
        _server.Http.PostAsync(new Uri(Leases, UriKind.Relative), Content(body), Cancellation);

    private Task<HttpResponseMessage> RenewAsync(string id, string? body) => _server.Http.PostAsync(
        new Uri($"/v1/leases/{id}/renew", UriKind.Relative), body is null ? null : Content(body), Cancellation);

    private Task<HttpResponseMessage> DeleteAsync(string id) =>
        _server.Http.DeleteAsync(new Uri($"/v1/leases/{id}", UriKind.Relative), Cancellation);
}
