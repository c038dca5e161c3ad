using System.Net;
using System.Text.Json;
using Xunit;

namespace Headroom.Silo.Tests.Http;

/// <summary>
/// Every rung that one host can show, over HTTP against a real silo. Each test has a container of 10 MiB of its own,
/// whose hard limit is then 11.1 MiB.
/// </summary>
[Trait("Kind", "Process")]
public sealed class SiloLadderTests(SmallSiloFixture fixture) : IClassFixture<SmallSiloFixture>
{
    private const long Mebibyte = SmallSiloFixture.Mebibyte;

    private SiloApi Api => fixture.Api;

    [Fact]
    public async Task Ask_FirstAndSecond_FromTheHostThenFromTheContainer()
    {
        await ContainerAsync("near");
        JsonElement first = await Api.AskAsync("near/s", Body(1 * Mebibyte, 1, "a"), HttpStatusCode.Created);
        Assert.Equal("host", SiloApi.Text(first, "rung"));
        Assert.Equal(SmallSiloFixture.HostName, SiloApi.Text(first, "host"));

        // The host gives ahead of need only while nobody else wants anything of it.
        var more = new List<JsonElement>();
        do
        {
            more.Add(await Api.AskAsync("near/s", Body(4096, 1, $"b{more.Count}"), HttpStatusCode.Created));
        }
        while (SiloApi.Text(more[^1], "rung") != "container" && more.Count < 500);
        Assert.Equal("container", SiloApi.Text(more[^1], "rung"));
        await Api.DeleteAsync([first, .. more]);
        await Api.AssertAuditAsync();
    }

    [Fact]
    public async Task Ask_BeyondTheLimit_429SaysAllOfWhy()
    {
        await ContainerAsync("full");
        JsonElement held = await Api.AskAsync("full/cache", Body(6 * Mebibyte, 1, "a"), HttpStatusCode.Created);
        (JsonElement problem, TimeSpan? retryAfter) = await Api.AskRawAsync(
            "full/s", Body(6 * Mebibyte, 1, "b", "\"waitSeconds\":0"), HttpStatusCode.TooManyRequests);
        Assert.Equal("urn:headroom:problem:refused", SiloApi.Text(problem, "type"));
        Assert.Equal("container", SiloApi.Text(problem, "refusedBy"));
        Assert.InRange(SiloApi.Number(problem, "availableBytes"), 1 * Mebibyte, 4 * Mebibyte);
        Assert.Equal(SiloApi.Number(problem, "retryAfterSeconds"), (long)retryAfter!.Value.TotalSeconds);
        Assert.Contains("container", SiloApi.Rungs(problem));
        JsonElement holder = Assert.Single(problem.GetProperty("holders").EnumerateArray());
        Assert.Equal("cache", SiloApi.Text(holder, "name"));
        Assert.Equal("SafeToFail", SiloApi.Text(holder, "urgency"));
        Assert.Equal(6 * Mebibyte, SiloApi.Number(holder, "bytes"));
        Assert.Contains($"{6 * Mebibyte} were asked for", SiloApi.Text(problem, "detail"), StringComparison.Ordinal);
        await Api.DeleteAsync(held);
    }

    [Fact]
    public async Task Ask_MoreThanTheHostHasLeft_429ByTheHost()
    {
        await Api.PutAsync("large", $$"""{"limitBytes":{{190 * Mebibyte}}}""");
        await Api.PutAsync("other", $$"""{"limitBytes":{{190 * Mebibyte}}}""");
        JsonElement held = await Api.AskAsync("large/s", Body(80 * Mebibyte, 1, "a"), HttpStatusCode.Created);
        JsonElement problem = await Api.AskAsync(
            "other/s", Body(90 * Mebibyte, 1, "b", "\"waitSeconds\":0"), HttpStatusCode.TooManyRequests);
        Assert.Equal("host", SiloApi.Text(problem, "refusedBy"));
        Assert.InRange(SiloApi.Number(problem, "availableBytes"), 1, (90 * Mebibyte) - 1);
        Assert.Equal(["container", "host"], SiloApi.Rungs(problem));
        await Api.DeleteAsync(held);
    }

    // Optional does not wait, and what other tests gave back is the host's again only with their containers' next word.
    private async Task<JsonElement> AskUntilGrantedAsync(string subsystem, long bytes)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                return await Api.AskAsync(subsystem, Body(bytes, 0, $"a{attempt}"), HttpStatusCode.Created);
            }
            catch (Xunit.Sdk.XunitException) when (attempt < 100)
            {
                await timer.WaitForNextTickAsync(SiloApi.Cancellation);
            }
        }
    }

    [Fact]
    public async Task Ask_WhatALowerUrgencyHolds_IsAskedBackAndServesWhoWaits()
    {
        await ContainerAsync("reclaim");
        await using EventStreamReader events = await EventStreamReader.OpenAsync(
            fixture.Silo.Http, "?types=reclaiming,reclaimed&container=reclaim", null, SiloApi.Cancellation);
        JsonElement cache = await AskUntilGrantedAsync("reclaim/cache", 7 * Mebibyte);
        Task<JsonElement> waiter = Api.AskAsync(
            "reclaim/s", Body(6 * Mebibyte, 2, "b", "\"waitSeconds\":30"), HttpStatusCode.Created);

        JsonElement renewed = await RenewUntilAskedBackAsync(cache);
        Assert.Equal(7 * Mebibyte, SiloApi.Number(renewed, "reclaimBytes"));
        Assert.InRange(renewed.GetProperty("reclaimWithinSeconds").GetDouble(), 0.1, 60);
        JsonElement asked = await events.NextAsync();
        Assert.Equal(("reclaiming", "cache"), (SiloApi.Text(asked, "type"), SiloApi.Text(asked, "subsystem")));
        Assert.False(waiter.IsCompleted);

        await Api.DeleteAsync(cache);
        JsonElement lease = await waiter;
        Assert.Equal("reclaim", SiloApi.Text(lease, "rung"));
        Assert.Equal("reclaimed", SiloApi.Text(await events.NextAsync(), "type"));
        Assert.Equal(0, SiloApi.Number(await Api.GetAsync("reclaim"), "reclaimingBytes"));
        await Api.DeleteAsync(lease);
        await Api.AssertAuditAsync();
    }

    [Fact]
    public async Task Ask_MustSucceedPastTheLimit_OverdraftIsShownAndRepaid()
    {
        (JsonElement full, JsonElement over) = await FillAsync("overdraft");
        Assert.Equal("overdraft", SiloApi.Text(over, "rung"));
        JsonElement container = await Api.GetAsync("overdraft");
        Assert.Equal(1 * Mebibyte, SiloApi.Number(container, "overdraftBytes"));
        Assert.True(SiloApi.Number(await Api.HostAsync(), "overdraftBytes") >= 1 * Mebibyte);

        JsonElement use = await Api.GetAsync("overdraft/must-succeed");
        Assert.Equal(11 * Mebibyte, SiloApi.Number(use, "outstandingBytes"));
        Assert.Equal(
            [("fill", 10 * Mebibyte), ("commit", 1 * Mebibyte)],
            use.GetProperty("reasons").EnumerateArray()
                .Select(row => (SiloApi.Text(row, "reason"), SiloApi.Number(row, "outstandingBytes"))));

        await Api.DeleteAsync(over, full);
        await Api.GetUntilAsync("overdraft", seen => SiloApi.Number(seen, "overdraftBytes") == 0);
        await Api.AssertAuditAsync();
    }

    [Fact]
    public async Task Explain_OnEachRung_SaysWhatThenHappens()
    {
        await ContainerAsync("explain");
        await AssertExplainedAsync("explain", 1 * Mebibyte, "host", "granted");
        (JsonElement full, JsonElement over) = await FillAsync("explain");
        await AssertExplainedAsync("explain", 4096, "overdraft", "granted");
        await AssertExplainedAsync("explain", 1 * Mebibyte, "wait", "waiting");
        await Api.DeleteAsync(over, full);
    }

    [Fact]
    public async Task Ask_MustSucceedThatNothingCanMeet_202AndTheSameRequestGoesOnWaiting()
    {
        (JsonElement full, JsonElement over) = await FillAsync("wait");
        string body = Body(1 * Mebibyte, 3, "w", "\"waitSeconds\":0.2,\"reason\":\"commit\"");
        for (int time = 0; time < 2; time++)
        {
            (JsonElement waiting, TimeSpan? retryAfter) =
                await Api.AskRawAsync("wait/s", body, HttpStatusCode.Accepted);
            Assert.True(waiting.GetProperty("waiting").GetBoolean());
            Assert.Equal("normal", SiloApi.Text(waiting, "state"));
            Assert.Equal(["container", "host", "reclaim", "overdraft", "loan"], SiloApi.Rungs(waiting));
            Assert.Equal("s", SiloApi.Text(waiting.GetProperty("holders")[0], "name"));
            Assert.True(retryAfter >= TimeSpan.FromSeconds(1));
        }

        Assert.Equal(1, SiloApi.Number((await Api.GetAsync("wait")).GetProperty("waiting"), "mustSucceed"));
        await Api.DeleteAsync(over);
        JsonElement lease = await Api.AskUntilGrantedAsync("wait/s", body);
        await Api.DeleteAsync(lease, full);
    }

    [Fact]
    public async Task Ask_LastResortWait_ComplainsAndIsLiftedWhenItIsMet()
    {
        (JsonElement full, JsonElement over) = await FillAsync("loud");
        await Api.PutAsync("loud/subsystems/w", """{"lastResort":"Wait","lastResortAfterSeconds":0.2}""");
        await using EventStreamReader events = await EventStreamReader.OpenAsync(
            fixture.Silo.Http, "?types=lastResort,lifted&container=loud", null, SiloApi.Cancellation);
        string body = Body(1 * Mebibyte, 3, "w", "\"waitSeconds\":1,\"reason\":\"commit\"");
        JsonElement waiting = await Api.AskAsync("loud/w", body, HttpStatusCode.Accepted);
        Assert.Equal("waiting", SiloApi.Text(waiting, "state"));
        JsonElement complaint = await events.NextAsync();
        Assert.Equal("lastResort", SiloApi.Text(complaint, "type"));
        Assert.Equal("w", SiloApi.Text(complaint, "subsystem"));
        Assert.Equal(1 * Mebibyte, SiloApi.Number(complaint, "bytes"));

        await Api.DeleteAsync(over);
        JsonElement lease = await Api.AskUntilGrantedAsync("loud/w", body);
        JsonElement lifted = await events.NextAsync();
        while (SiloApi.Text(lifted, "type") == "lastResort")
        {
            lifted = await events.NextAsync();
        }

        Assert.Equal("lifted", SiloApi.Text(lifted, "type"));
        Assert.Equal("normal", SiloApi.Text(await Api.GetAsync("loud/subsystems/w"), "state"));
        await Api.DeleteAsync(lease, full);
    }

    [Theory]
    [InlineData("Fallback", "fallback")]
    [InlineData("ReadOnly", "readOnly")]
    [InlineData("FailStop", "failStop")]
    public async Task Ask_LastResort_503AndLiftedByHandOrByReturningMemory(string policy, string state)
    {
        (JsonElement full, JsonElement over) = await FillAsync(state);
        string path = $"{state}/subsystems/w";
        await Api.PutAsync(path, $$"""{"lastResort":"{{policy}}","lastResortAfterSeconds":0.2}""");
        await using EventStreamReader events = await EventStreamReader.OpenAsync(
            fixture.Silo.Http, $"?types=lifted&container={state}", null, SiloApi.Cancellation);
        await ResortAsync(state, "first");

        JsonElement seen = await Api.GetAsync(path);
        Assert.Equal(state, SiloApi.Text(seen, "state"));
        Assert.Equal(1 * Mebibyte, SiloApi.Number(seen, "stateBytes"));
        Assert.True(seen.GetProperty("since").GetDateTimeOffset() <= DateTimeOffset.UtcNow.AddSeconds(1));

        Assert.Equal("normal", SiloApi.Text(await Api.PutAsync(path, """{"state":"normal"}"""), "state"));
        Assert.Equal("w", SiloApi.Text(await events.NextAsync(), "subsystem"));

        await ResortAsync(state, "second");
        await Api.DeleteAsync(over);
        Assert.Equal("w", SiloApi.Text(await events.NextAsync(), "subsystem"));
        Assert.Equal("normal", SiloApi.Text(await Api.GetAsync(path), "state"));
        JsonElement lease = await Api.AskAsync(
            $"{state}/w", Body(1 * Mebibyte, 3, "third", "\"reason\":\"commit\""), HttpStatusCode.Created);
        await Api.DeleteAsync(lease, full);
    }

    [Fact]
    public async Task Ask_MustSucceedByPolicyOrQuota_403AndWhatIsOutstandingIsShown()
    {
        await ContainerAsync("held");
        await Api.PutAsync("held/subsystems/low", """{"maxUrgency":"RiskyToFail"}""");
        JsonElement policy = await Api.AskAsync("held/low", Body(1, 3, "a"), HttpStatusCode.Forbidden);
        Assert.Equal("urn:headroom:problem:urgency-not-allowed", SiloApi.Text(policy, "type"));

        await Api.PutAsync("held", """{"mustSucceedQuotaBytes":5000}""");
        JsonElement first = await Api.AskAsync("held/s", Body(4096, 3, "b"), HttpStatusCode.Created);
        JsonElement quota = await Api.AskAsync("held/s", Body(4096, 3, "c"), HttpStatusCode.Forbidden);
        Assert.Equal("urn:headroom:problem:quota-exceeded", SiloApi.Text(quota, "type"));
        Assert.Equal(904, SiloApi.Number(quota, "availableBytes"));
        JsonElement use = await Api.GetAsync("held/must-succeed");
        Assert.Equal(5000, SiloApi.Number(use, "quotaBytes"));
        Assert.Equal(4096, SiloApi.Number(use, "outstandingBytes"));
        Assert.Equal("unspecified", SiloApi.Text(use.GetProperty("reasons")[0], "reason"));
        await Api.DeleteAsync(first);
    }

    private static string Body(long bytes, int urgency, string id, string more = "\"ttlSeconds\":120") =>
        $$"""{"bytes":{{bytes}},"urgency":{{urgency}},"requestId":"{{id}}",{{more}}}""";

    private Task<JsonElement> ContainerAsync(string name) =>
        Api.PutAsync(name, $$"""{"limitBytes":{{10 * Mebibyte}}}""");

    // So full of must-succeed that another mebibyte fits nowhere, until the second lease comes back.
    private async Task<(JsonElement Full, JsonElement Over)> FillAsync(string container)
    {
        await ContainerAsync(container);
        const string more = "\"ttlSeconds\":120,\"reason\":";
        JsonElement full = await Api.AskAsync(
            $"{container}/s", Body(10 * Mebibyte, 3, "full", more + "\"fill\""), HttpStatusCode.Created);
        JsonElement over = await Api.AskAsync(
            $"{container}/s", Body(1 * Mebibyte, 3, "over", more + "\"commit\""), HttpStatusCode.Created);
        return (full, over);
    }

    private async Task ResortAsync(string state, string id)
    {
        (JsonElement problem, TimeSpan? retryAfter) = await Api.AskRawAsync(
            $"{state}/w",
            Body(1 * Mebibyte, 3, id, "\"waitSeconds\":30,\"reason\":\"commit\""),
            HttpStatusCode.ServiceUnavailable);
        Assert.Equal("urn:headroom:problem:last-resort", SiloApi.Text(problem, "type"));
        Assert.Equal(state, SiloApi.Text(problem, "state"));
        Assert.Equal(["container", "host", "reclaim", "overdraft", "loan"], SiloApi.Rungs(problem));
        Assert.True(retryAfter >= TimeSpan.FromSeconds(1));
    }

    private async Task AssertExplainedAsync(string container, long bytes, string rung, string outcome)
    {
        JsonElement said = await Api.GetAsync($"{container}/subsystems/s/explain?bytes={bytes}&urgency=MustSucceed");
        Assert.Equal((rung, outcome), (SiloApi.Text(said, "rung"), SiloApi.Text(said, "outcome")));
        Assert.Contains("loan", SiloApi.Rungs(said));
    }

    private async Task<JsonElement> RenewUntilAskedBackAsync(JsonElement lease)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (true)
        {
            JsonElement renewed = await Api.RenewAsync(lease, HttpStatusCode.OK);
            if (renewed.TryGetProperty("reclaimBytes", out _))
            {
                return renewed;
            }

            await timer.WaitForNextTickAsync(SiloApi.Cancellation);
        }
    }
}
