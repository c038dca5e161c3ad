using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Xunit;

namespace Headroom.Silo.Tests.Http;

/// <summary>Leases over HTTP against a real silo: what only the real budgets can refuse.</summary>
[Trait("Kind", "Process")]
public sealed class SiloLeaseTests(SiloFixture fixture) : IClassFixture<SiloFixture>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Lease_AskedRenewedReleased_IsBookedAndGone()
    {
        JsonElement lease = await AskAsync(
            "life", """{"bytes":4096,"urgency":1,"requestId":"a","ttlSeconds":60}""", HttpStatusCode.Created);
        string id = lease.GetProperty("leaseId").GetString()!;
        Assert.Equal(4096, await LeasedAsync("life", "safeToFail"));

        JsonElement again = await AskAsync(
            "life",
            """{"bytes":4096,"urgency":"SafeToFail","requestId":"a","ttlSeconds":60}""",
            HttpStatusCode.Created);
        Assert.Equal(id, again.GetProperty("leaseId").GetString());
        Assert.Equal(4096, await LeasedAsync("life", "safeToFail"));
        Assert.Equal(HttpStatusCode.OK, await RenewAsync(id));

        Assert.Equal(HttpStatusCode.NoContent, await DeleteAsync(id));
        Assert.Equal(0, await LeasedAsync("life", "safeToFail"));
        Assert.Equal(HttpStatusCode.NoContent, await DeleteAsync(id));
        Assert.Equal(HttpStatusCode.Gone, await RenewAsync(id));
    }

    [Fact]
    public async Task Renew_AfterExpiry_410()
    {
        JsonElement lease = await AskAsync(
            "expiry", """{"bytes":4096,"urgency":0,"requestId":"a","ttlSeconds":1}""", HttpStatusCode.Created);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (await LeasedAsync("expiry", "optional") > 0)
        {
            await timer.WaitForNextTickAsync(Cancellation);
        }

        Assert.Equal(HttpStatusCode.Gone, await RenewAsync(lease.GetProperty("leaseId").GetString()!));
    }

    [Fact]
    public async Task Ask_SameRequestIdWithAnotherBody_409AndNothingMoreIsCharged()
    {
        await AskAsync("conflict", """{"bytes":4096,"urgency":1,"requestId":"a"}""", HttpStatusCode.Created);
        await AskAsync("conflict", """{"bytes":4097,"urgency":1,"requestId":"a"}""", HttpStatusCode.Conflict);
        await AskAsync("conflict", """{"bytes":4096,"urgency":2,"requestId":"a"}""", HttpStatusCode.Conflict);
        Assert.Equal(4096, await LeasedAsync("conflict", "safeToFail"));
    }

    [Fact]
    public async Task Ask_MoreThanTheCapacity_400NamesBytesAndTheRange()
    {
        JsonElement host = await GetAsync($"/v1/hosts/{SiloFixture.HostName}");
        long capacity = host.GetProperty("capacityBytes").GetInt64();
        JsonElement problem = await AskAsync(
            "large", $$"""{"bytes":{{capacity + 1}},"urgency":0,"requestId":"a"}""", HttpStatusCode.BadRequest);
        Assert.Equal("bytes", problem.GetProperty("field").GetString());
        Assert.Contains(
            $"1 to {capacity}",
            problem.GetProperty("errors").GetProperty("bytes")[0].GetString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ask_MoreThanTheLimit_429SaysWhatThereWas()
    {
        await PutAsync("small", "", """{"limitBytes":100000}""");
        JsonElement problem = await AskAsync(
            "small",
            """{"bytes":200000,"urgency":2,"requestId":"a","waitSeconds":0}""",
            HttpStatusCode.TooManyRequests);
        Assert.Equal("container", problem.GetProperty("refusedBy").GetString());
        Assert.InRange(problem.GetProperty("availableBytes").GetInt64(), 0, 100_000);
        Assert.NotEqual(0, problem.GetProperty("rungs").GetArrayLength());
    }

    [Fact]
    public async Task Ask_MustSucceedThatCannotBeMet_202AndGoesOnWhenThereIsRoom()
    {
        string body = """{"bytes":90000,"urgency":3,"requestId":"b","waitSeconds":0.2,"reason":"commit"}""";
        await PutAsync("waits", "", """{"limitBytes":100000}""");
        JsonElement first =
            await AskAsync("waits", """{"bytes":50000,"urgency":3,"requestId":"a"}""", HttpStatusCode.Created);
        JsonElement waiting = await AskAsync("waits", body, HttpStatusCode.Accepted);
        Assert.True(waiting.GetProperty("waiting").GetBoolean());

        await DeleteAsync(first.GetProperty("leaseId").GetString()!);
        await AskAsync("waits", body.Replace("0.2", "10", StringComparison.Ordinal), HttpStatusCode.Created);
    }

    [Fact]
    public async Task Ask_UrgencyAboveThePolicyOrQuota_403()
    {
        await PutAsync("policy", "/subsystems/s", """{"maxUrgency":"Optional"}""");
        JsonElement policy =
            await AskAsync("policy", """{"bytes":1,"urgency":1,"requestId":"a"}""", HttpStatusCode.Forbidden);
        Assert.Equal("urn:headroom:problem:urgency-not-allowed", policy.GetProperty("type").GetString());

        await PutAsync("quota", "", """{"mustSucceedQuotaBytes":10}""");
        JsonElement quota =
            await AskAsync("quota", """{"bytes":11,"urgency":3,"requestId":"a"}""", HttpStatusCode.Forbidden);
        Assert.Equal("urn:headroom:problem:quota-exceeded", quota.GetProperty("type").GetString());
        Assert.Equal(10, quota.GetProperty("availableBytes").GetInt64());
    }

    [Theory]
    [InlineData("", "guaranteeBytes")]
    [InlineData("/subsystems/s", "emergencyCreditBytes")]
    public async Task Put_BeyondWhatThereIs_400NamesTheField(string path, string field)
    {
        using HttpResponseMessage response = await fixture.Silo.Http.PutAsync(
            Path($"refused{path}"), Content($$"""{"{{field}}":9223372036854775807}"""), Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(
            field,
            (await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("field").GetString());
    }

    [Fact]
    public async Task GetEvents_LeaseGranted_TellsIt()
    {
        await using EventStreamReader stream = await EventStreamReader.OpenAsync(
            fixture.Silo.Http, "?types=granted&container=watched", null, Cancellation);
        await AskAsync("watched", """{"bytes":4096,"urgency":1,"requestId":"a"}""", HttpStatusCode.Created);
        JsonElement granted = await stream.NextAsync();
        Assert.Equal(4096, granted.GetProperty("bytes").GetInt64());
        Assert.Equal("SafeToFail", granted.GetProperty("urgency").GetString());
    }

    private static Uri Path(string container) =>
        new($"/v1/hosts/{SiloFixture.HostName}/containers/{container}", UriKind.Relative);

    private static StringContent Content(string body) => new(body, new MediaTypeHeaderValue("application/json"));

    private async Task<JsonElement> AskAsync(string container, string body, HttpStatusCode status)
    {
        using HttpResponseMessage response = await fixture.Silo.Http.PostAsync(
            Path($"{container}/subsystems/s/leases"), Content(body), Cancellation);
        string text = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.True(status == response.StatusCode, $"{status} was expected, {response.StatusCode} came: {text}");
        return JsonElement.Parse(text);
    }

    private async Task PutAsync(string container, string path, string body)
    {
        using HttpResponseMessage response =
            await fixture.Silo.Http.PutAsync(Path(container + path), Content(body), Cancellation);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private async Task<JsonElement> GetAsync(string path) => JsonElement.Parse(
        await fixture.Silo.Http.GetStringAsync(new Uri(path, UriKind.Relative), Cancellation));

    private async Task<long> LeasedAsync(string container, string urgency) =>
        (await GetAsync(Path(container).OriginalString)).GetProperty("leasedBytes").GetProperty(urgency).GetInt64();

    private async Task<HttpStatusCode> RenewAsync(string id)
    {
        using HttpResponseMessage response = await fixture.Silo.Http.PostAsync(
            new Uri($"/v1/leases/{id}/renew", UriKind.Relative), null, Cancellation);
        return response.StatusCode;
    }

    private async Task<HttpStatusCode> DeleteAsync(string id)
    {
        using HttpResponseMessage response = await fixture.Silo.Http.DeleteAsync(
            new Uri($"/v1/leases/{id}", UriKind.Relative), Cancellation);
        return response.StatusCode;
    }
}
