using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Headroom.AspNetCore;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Xunit;

namespace Headroom.Adaptors.Tests.AspNetCore;

/// <summary>Requests to a real server that are admitted, or not, by a real silo.</summary>
[Trait("Kind", "Process")]
public sealed partial class RequireHeadroomTests(SharedSilo silo)
{
    private const long Mebibyte = 1L << 20;

    // Longer than anything here takes on a busy machine.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Request_Admitted_HoldsItsLeaseUntilTheResponseHasCompleted()
    {
        LimitedContainer container = await silo.LimitAsync(8 * Mebibyte);
        await using WebServer server = await WebServer.StartAsync(container, application => application
            .MapGet("/work", async (HttpContext context) =>
            {
                await context.Response.WriteAsync("begun", Stop);
                await context.Response.Body.FlushAsync(Stop);
                await _release.Task;
                await context.Response.WriteAsync(", done", Stop);
            })
            .RequireHeadroom("work", 3 * Mebibyte, Urgency.RiskyToFail));
        using HttpClient client = server.Connect();

        using HttpResponseMessage answer =
            await client.GetAsync("/work", HttpCompletionOption.ResponseHeadersRead, Stop);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(3 * Mebibyte, server.Budget.GetStatus().LeasedBytes[(int)Urgency.RiskyToFail]);
        _release.SetResult();
        Assert.Equal("begun, done", await answer.Content.ReadAsStringAsync(Stop));
        await NothingLeasedAsync(server, container);
    }

    [Fact]
    public async Task Request_MemoryIsShort_Is503WithWhenToTryAgainAndAProblem()
    {
        LimitedContainer container = await silo.LimitAsync(2 * Mebibyte);
        await using WebServer server = await WebServer.StartAsync(container, application =>
        {
            application.MapGet("/hold", HoldAsync).RequireHeadroom("work", 2 * Mebibyte);
            application.MapGet("/work", () => "never").RequireHeadroom("work", Mebibyte, Urgency.Optional);
        });
        using HttpClient client = server.Connect();
        Task<HttpResponseMessage> holds = client.GetAsync("/hold", Stop);
        await _entered.Task.WaitAsync(Patience, Stop);

        using HttpResponseMessage answer = await client.GetAsync("/work", Stop);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.True(answer.Headers.RetryAfter?.Delta >= TimeSpan.FromSeconds(1), $"{answer.Headers.RetryAfter}");
        Assert.True(answer.Headers.CacheControl?.NoStore);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        JsonElement problem = await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
        Assert.Equal("urn:headroom:problem:refused", problem.GetProperty("type").GetString());
        Assert.Equal(503, problem.GetProperty("status").GetInt32());
        Assert.Equal("container", problem.GetProperty("refusedBy").GetString());
        Assert.Equal(Mebibyte, problem.GetProperty("requestedBytes").GetInt64());
        Assert.Equal(0, problem.GetProperty("availableBytes").GetInt64());
        Assert.Equal(
            answer.Headers.RetryAfter!.Delta!.Value.TotalSeconds, problem.GetProperty("retryAfterSeconds").GetInt64());
        _release.SetResult();
        Assert.Equal(HttpStatusCode.OK, (await holds).StatusCode);
        await NothingLeasedAsync(server, container);
    }

    [Fact]
    public async Task Request_PolicyForbidsTheUrgency_Is503AndDoesNotAskToTryAgain()
    {
        LimitedContainer container = await silo.LimitAsync(2 * Mebibyte);
        await container.Api.SetPolicyAsync("work", new { maxUrgency = "Optional" });
        await using WebServer server = await WebServer.StartAsync(container, application =>
            application.MapGet("/work", () => "never").RequireHeadroom("work", Mebibyte));
        using HttpClient client = server.Connect();

        using HttpResponseMessage answer = await client.GetAsync("/work", Stop);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Null(answer.Headers.RetryAfter);
    }

    [Fact]
    public async Task Request_WaitsForMemory_IsServedWhenItIsGivenBack()
    {
        LimitedContainer container = await silo.LimitAsync(2 * Mebibyte);
        await using WebServer server = await WebServer.StartAsync(container, application =>
        {
            application.MapGet("/hold", HoldAsync).RequireHeadroom("work", 2 * Mebibyte);
            application.MapGet("/work", () => "served").RequireHeadroom("work", Mebibyte);
        });
        using HttpClient client = server.Connect();
        Task<HttpResponseMessage> holds = client.GetAsync("/hold", Stop);
        await _entered.Task.WaitAsync(Patience, Stop);
        Task<string> waits = client.GetStringAsync("/work", Stop);
        await WaitingAsync(container, 1);

        _release.SetResult();

        Assert.Equal("served", await waits);
        (await holds).Dispose();
        await NothingLeasedAsync(server, container);
    }

    [Fact]
    public async Task Request_MustSucceed_IsBookedUnderItsEndpointsName()
    {
        LimitedContainer container = await silo.LimitAsync(8 * Mebibyte);
        await using WebServer server = await WebServer.StartAsync(container, application =>
            application.MapPost("/commit", HoldAsync)
                .WithName("commit-order")
                .RequireHeadroom("journal", 2 * Mebibyte, Urgency.MustSucceed));
        using HttpClient client = server.Connect();

        Task<HttpResponseMessage> commits = client.PostAsync("/commit", content: null, Stop);

        await _entered.Task.WaitAsync(Patience, Stop);
        JsonElement seen = await container.Api.GetAsync($"{container.Api.Path}/must-succeed");
        JsonElement row = Assert.Single(seen.GetProperty("reasons").EnumerateArray());
        Assert.Equal("commit-order", row.GetProperty("reason").GetString());
        Assert.Equal(2 * Mebibyte, row.GetProperty("outstandingBytes").GetInt64());
        _release.SetResult();
        Assert.Equal(HttpStatusCode.OK, (await commits).StatusCode);
        await NothingLeasedAsync(server, container);
    }

    [Fact]
    public async Task Request_LargerThanItsHost_Is413AndItsBodyIsNotRead()
    {
        LimitedContainer container = await silo.LimitAsync(Mebibyte);
        await using WebServer server = await WebServer.StartAsync(container, application =>
            application.MapPost("/upload", (Stream body) => "never")
                .RequireHeadroom("uploads", RequestEstimate.ContentLength(unknownBytes: 0)));
        using HttpClient client = ConnectWithExpect(server);
        using var upload = new CountedContent(1L << 42);

        using HttpResponseMessage answer = await client.PostAsync("/upload", upload, Stop);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.Null(answer.Headers.RetryAfter);
        Assert.False(upload.WasSent);
        JsonElement problem = await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
        Assert.Equal(1L << 42, problem.GetProperty("requestedBytes").GetInt64());
    }

    [Fact]
    public async Task Upload_RefusedWithExpectContinue_IsNeverSent()
    {
        LimitedContainer container = await silo.LimitAsync(2 * Mebibyte);
        await using WebServer server = await WebServer.StartAsync(container, application =>
        {
            application.MapGet("/hold", HoldAsync).RequireHeadroom("uploads", 2 * Mebibyte);
            application.MapPost("/upload", ReadAllAsync).RequireHeadroom(
                "uploads", RequestEstimate.ContentLength(unknownBytes: 0), Urgency.Optional);
        });
        using HttpClient client = ConnectWithExpect(server);
        Task<HttpResponseMessage> holds = client.GetAsync("/hold", Stop);
        await _entered.Task.WaitAsync(Patience, Stop);
        using var refused = new CountedContent(Mebibyte);
        using HttpResponseMessage refusal = await client.PostAsync("/upload", refused, Stop);
        _release.SetResult();
        (await holds).Dispose();
        await NothingLeasedAsync(server, container);

        using HttpResponseMessage admitted =
            await UntilAdmittedAsync(client, "/upload", () => new CountedContent(Mebibyte));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refusal.StatusCode);
        Assert.False(refused.WasSent);
        Assert.Equal($"{Mebibyte}", await admitted.Content.ReadAsStringAsync(Stop));
    }

    [Fact]
    public async Task Request_HandlerThrows_GivesItsLeaseBack()
    {
        LimitedContainer container = await silo.LimitAsync(2 * Mebibyte);
        await using WebServer server = await WebServer.StartAsync(container, application =>
            application.MapGet("/work", string () => throw new InvalidOperationException("as the test wants"))
                .RequireHeadroom("work", 2 * Mebibyte));
        using HttpClient client = server.Connect();
        for (int time = 0; time < 3; time++)
        {
            using HttpResponseMessage answer = await client.GetAsync("/work", Stop);
            Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        }

        await NothingLeasedAsync(server, container);
    }

    [Fact]
    public async Task Request_ClientAbortsWhileItRuns_GivesItsLeaseBack()
    {
        LimitedContainer container = await silo.LimitAsync(2 * Mebibyte);
        await using WebServer server = await WebServer.StartAsync(container, application =>
            application.MapGet("/work", async (HttpContext context) =>
            {
                _entered.SetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
            })
            .RequireHeadroom("work", 2 * Mebibyte));
        using HttpClient client = server.Connect();
        using var abort = new CancellationTokenSource();
        Task<HttpResponseMessage> runs = client.GetAsync("/work", abort.Token);
        await _entered.Task.WaitAsync(Patience, Stop);
        Assert.Equal(2 * Mebibyte, server.Budget.GetStatus().LeasedBytes[(int)Urgency.SafeToFail]);

        await abort.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => runs);
        await NothingLeasedAsync(server, container);
    }

    [Fact]
    public async Task Request_ClientAbortsWhileItWaits_LeavesTheQueueAndItsHandlerNeverRuns()
    {
        LimitedContainer container = await silo.LimitAsync(2 * Mebibyte);
        bool ran = false;
        await using WebServer server = await WebServer.StartAsync(container, application =>
        {
            application.MapGet("/hold", HoldAsync).RequireHeadroom("work", 2 * Mebibyte);
            application.MapGet("/work", () => ran = true).RequireHeadroom("work", Mebibyte);
        });
        using HttpClient client = server.Connect();
        Task<HttpResponseMessage> holds = client.GetAsync("/hold", Stop);
        await _entered.Task.WaitAsync(Patience, Stop);
        using var abort = new CancellationTokenSource();
        Task<HttpResponseMessage> waits = client.GetAsync("/work", abort.Token);
        await WaitingAsync(container, 1);

        await abort.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waits);
        await WaitingAsync(container, 0);
        _release.SetResult();
        (await holds).Dispose();
        await NothingLeasedAsync(server, container);
        Assert.False(ran);
    }

    [Fact]
    public async Task Upload_ClientAbortsInTheMiddle_GivesItsLeaseBack()
    {
        LimitedContainer container = await silo.LimitAsync(2 * Mebibyte);
        await using WebServer server = await WebServer.StartAsync(container, application =>
            application.MapPost("/upload", async (HttpContext context) =>
            {
                _entered.SetResult();
                await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
            })
            .RequireHeadroom("uploads", RequestEstimate.ContentLength(unknownBytes: 0)));
        using HttpClient client = server.Connect();
        using var upload = new CountedContent(Mebibyte, stopAt: Mebibyte / 2);
        using var abort = new CancellationTokenSource();
        Task<HttpResponseMessage> uploads = client.PostAsync("/upload", upload, abort.Token);
        await _entered.Task.WaitAsync(Patience, Stop);

        await abort.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => uploads);
        await NothingLeasedAsync(server, container);
    }

    [Fact]
    public async Task Request_ExceptedFromAGroup_NeedsNothingAndTheMostSpecificCounts()
    {
        LimitedContainer container = await silo.LimitAsync(8 * Mebibyte);
        await using WebServer server = await WebServer.StartAsync(container, application =>
        {
            RouteGroupBuilder group = application.MapGroup("/api").RequireHeadroom("work", Mebibyte);
            group.MapGet("/of-group", Lease);
            group.MapGet("/own", Lease).RequireHeadroom("other", 2 * Mebibyte, Urgency.RiskyToFail);
            group.MapGet("/none", Lease).RequireHeadroom("work", 0);
        });
        using HttpClient client = server.Connect();

        Assert.Equal($"{Mebibyte} SafeToFail", await client.GetStringAsync("/api/of-group", Stop));
        Assert.Equal($"{2 * Mebibyte} RiskyToFail", await client.GetStringAsync("/api/own", Stop));
        Assert.Equal("none", await client.GetStringAsync("/api/none", Stop));
        await NothingLeasedAsync(server, container);
    }

    [Fact]
    public async Task Request_OfAnOperation_IsLeasedWhatEarlierOnesSaidThatTheyUsed()
    {
        LimitedContainer container = await silo.LimitAsync(32 * Mebibyte);
        var leased = new List<long>();
        await using WebServer server = await WebServer.StartAsync(container, application => application
            .MapGet("/query", (HttpContext context) =>
            {
                EstimatedLease lease = context.Features.Get<IMemoryLeaseFeature>()!.EstimatedLease;
                leased.Add(lease.Bytes);
                lease.Record(4 * Mebibyte);
            })
            .RequireHeadroom("queries", "scan", options: new OperationOptions { StartBytes = Mebibyte }));
        using HttpClient client = server.Connect();

        for (int request = 0; request < 2; request++)
        {
            using HttpResponseMessage answer = await client.GetAsync("/query", Stop);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            await NothingLeasedAsync(server, container);
        }

        Assert.Equal(Mebibyte, leased[0]);
        Assert.InRange(leased[1], 4 * Mebibyte, 4 * Mebibyte * 17 / 16);
    }

    [Fact]
    public async Task Request_EstimateIsNegative_FailsAndTakesNothing()
    {
        LimitedContainer container = await silo.LimitAsync(8 * Mebibyte);
        await using WebServer server = await WebServer.StartAsync(container, application =>
            application.MapGet("/work", () => "never").RequireHeadroom("work", _ => -1));
        using HttpClient client = server.Connect();

        using HttpResponseMessage answer = await client.GetAsync("/work", Stop);

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        await NothingLeasedAsync(server, container);
    }

    [Fact]
    public async Task Request_HandlerDisposesItsLeaseEarly_IsFreeFromThen()
    {
        LimitedContainer container = await silo.LimitAsync(2 * Mebibyte);
        await using WebServer server = await WebServer.StartAsync(container, application =>
            application.MapGet("/work", async (HttpContext context) =>
            {
                context.Features.Get<IMemoryLeaseFeature>()!.Lease.Dispose();
                await HoldAsync();
            })
            .RequireHeadroom("work", 2 * Mebibyte));
        using HttpClient client = server.Connect();
        Task<HttpResponseMessage> works = client.GetAsync("/work", Stop);

        await _entered.Task.WaitAsync(Patience, Stop);

        await NothingLeasedAsync(server, container);
        _release.SetResult();
        Assert.Equal(HttpStatusCode.OK, (await works).StatusCode);
    }

    [Fact]
    public async Task Endpoint_SaysThatItMayAnswer503()
    {
        LimitedContainer container = await silo.LimitAsync(2 * Mebibyte);
        EndpointDataSource? endpoints = null;
        await using WebServer server = await WebServer.StartAsync(container, application =>
        {
            application.MapGet("/work", () => "").RequireHeadroom("work", Mebibyte);
            endpoints = ((IEndpointRouteBuilder)application).DataSources.Single();
        });

        IProducesResponseTypeMetadata said = Assert.Single(
            Assert.Single(endpoints!.Endpoints).Metadata.GetOrderedMetadata<IProducesResponseTypeMetadata>(),
            metadata => metadata.StatusCode == 503);
        Assert.Equal(["application/problem+json"], said.ContentTypes);
    }

    [Fact]
    public void RequireHeadroom_ArgumentsOutOfTheirRange_Throws()
    {
        RouteHandlerBuilder endpoint = WebApplication.CreateSlimBuilder().Build().MapGet("/", () => "");

        Assert.Throws<ArgumentException>(() => endpoint.RequireHeadroom("no such name!", 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => endpoint.RequireHeadroom("work", -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => endpoint.RequireHeadroom("work", 1, (Urgency)4));
        Assert.Throws<ArgumentNullException>(() => endpoint.RequireHeadroom("work", estimate: null!));
        Assert.Throws<ArgumentException>(() => endpoint.RequireHeadroom("work", operation: " "));
        Assert.Throws<ArgumentException>(() => endpoint.RequireHeadroom("work", operation: new string('x', 257)));
    }
}
