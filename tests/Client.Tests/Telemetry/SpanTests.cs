using System.Diagnostics;
using Xunit;

namespace Headroom.Client.Tests.Telemetry;

public sealed class SpanTests
{
    private static CancellationToken Token => BudgetFixture.Token;

    [Fact]
    public async Task Acquire_FromCredit_HasNoSpan()
    {
        await using BudgetFixture fixture = await Estimates.OperationTests.CreditedAsync();
        using var spans = new Spans();
        using Activity caller = Spans.Begin();

        Assert.True(fixture.Cache.TryAcquire(10, Urgency.Optional, out MemoryLease first));
        using MemoryLease second = await fixture.Cache.AcquireAsync(10, Urgency.SafeToFail, Token);
        first.Dispose();
        Assert.False(fixture.Cache.TryAcquire(1 << 30, Urgency.Optional, out _));

        Assert.Empty(spans.In(caller));
    }

    [Fact]
    public async Task Acquire_FromTheAuthority_IsAChildOfTheCallersSpan()
    {
        await using BudgetFixture fixture = await new BudgetFixture(0).OpenAsync();
        using var spans = new Spans();
        using Activity caller = Spans.Begin();
        fixture.Authority.Script.Enqueue(
            new LeaseDecision { Outcome = Outcome.Granted, LeaseId = 7, Bytes = 10, Rung = Rung.Host });

        using MemoryLease lease = await fixture.Cache.AcquireAsync(10, Urgency.SafeToFail, Token);

        Activity span = Assert.Single(spans.In(caller));
        Assert.Equal(caller.SpanId, span.ParentSpanId);
        Assert.Same(caller, Activity.Current);
        Assert.Equal(("acquire cache", ActivityKind.Client), (span.DisplayName, span.Kind));
        Assert.Equal(
            "headroom.host=node-1 headroom.container=orders headroom.subsystem=cache headroom.urgency=safe_to_fail "
                + "headroom.request.size=10 headroom.request.tries=1 headroom.rung=host",
            Tags(span.TagObjects));
        Assert.Equal((ActivityStatusCode.Unset, 0), (span.Status, span.Events.Count()));
    }

    [Fact]
    public async Task Acquire_Refused_SaysWhyAndIsAnError()
    {
        await using BudgetFixture fixture = await new BudgetFixture(0).OpenAsync();
        using var spans = new Spans();
        using Activity caller = Spans.Begin();
        fixture.Authority.Script.Enqueue(new LeaseDecision
        {
            Outcome = Outcome.Refused,
            Rung = Rung.Host,
            Rungs = [(Rung.Container, 3), (Rung.Host, 5)],
        });

        await Assert.ThrowsAsync<MemoryRefusedException>(
            () => fixture.Cache.AcquireAsync(10, Urgency.SafeToFail, Token).AsTask());

        Activity span = Assert.Single(spans.In(caller));
        Assert.Equal(ActivityStatusCode.Error, span.Status);
        Assert.Contains("was refused 10 bytes", span.StatusDescription, StringComparison.Ordinal);
        Assert.Equal("not_enough_memory", span.GetTagItem("error.type"));
        Assert.Null(span.GetTagItem("headroom.rung"));
        Assert.Equal(["container 3", "host 5"], Rungs(span));
    }

    [Fact]
    public async Task MustSucceed_WaitsForLong_HasItsReasonAndEventsEverMoreRarely()
    {
        await using BudgetFixture fixture = await new BudgetFixture(0).OpenAsync();
        using var spans = new Spans();
        using Activity caller = Spans.Begin();
        for (int i = 0; i < 9; i++)
        {
            fixture.Authority.Script.Enqueue(new LeaseDecision
            {
                Outcome = Outcome.Waiting,
                Rung = Rung.Wait,
                Rungs = [(Rung.Container, i)],
            });
        }

        using MemoryLease lease = await fixture.ResultAsync(
            fixture.Cache.AcquireMustSucceedAsync(10, "commit", Token).AsTask(), "the lease was granted");

        Activity span = Assert.Single(spans.In(caller));
        Assert.Equal(["container 0", "container 1", "container 3", "container 7"], Rungs(span));
        Assert.Equal("commit", span.GetTagItem("headroom.request.reason"));
        Assert.Equal(10, span.GetTagItem("headroom.request.tries"));
        Assert.All(span.Events, told => Assert.Equal("headroom.rung.tried", told.Name));
    }

    [Fact]
    public async Task Reclaim_HandlerIsCalled_IsASpanOfItsOwnTrace()
    {
        await using BudgetFixture fixture = await new BudgetFixture(0).OpenAsync();
        using var spans = new Spans();
        using var readings = new Readings(fixture.Meters);
        const string Name = "of-reclaim-spans";
        ISubsystem subsystem = fixture.Budget.Subsystem(Name);
        fixture.Held.Enqueue(await subsystem.AcquireAsync(10_000, Urgency.Optional, Token));
        fixture.Authority.Tell(
            books => books.ReclaimBelow = Urgency.RiskyToFail, fixture.Budget.GetStatus().Session);
        var inside = new TaskCompletionSource<Activity?>();

        // Registered while the demand stands, in the middle of somebody's trace.
        using Activity caller = Spans.Begin();
        await fixture.UntilAsync(
            () => readings.Now("headroom.client.reclaim.pending", Name) > 0, "the demand was heard");
        using IDisposable added = subsystem.OnReclaim(request =>
        {
            inside.TrySetResult(Activity.Current);
            fixture.EndLeases(request.Bytes);
            throw new InvalidOperationException("Too late.");
        });
        await fixture.UntilAsync(() => spans.Named($"reclaim {Name}").Count > 0, "the span ended");

        Activity span = spans.Named($"reclaim {Name}")[0];
        Assert.Equal((default, ActivityStatusCode.Error), (span.ParentSpanId, span.Status));
        Assert.Same(span, await inside.Task);
        Assert.Equal(
            $"headroom.subsystem={Name} headroom.reclaim.below=risky_to_fail headroom.reclaim.asked=10000 "
                + "headroom.reclaim.given=10000 error.type=System.InvalidOperationException",
            Tags(span.TagObjects));
    }

    [Fact]
    public async Task Budget_StartedInsideATrace_DoesNotGoOnInIt()
    {
        var inside = new AsyncLocal<string?> { Value = "request" };
        await using var fixture = new BudgetFixture();
        var seen = new TaskCompletionSource<(string?, Activity?)>();
        using Activity caller = new Activity("test").Start();
        fixture.Authority.Opening = () => seen.TrySetResult((inside.Value, Activity.Current));

        await fixture.OpenAsync();

        Assert.Equal((null, null), await seen.Task);
        Assert.Equal("request", inside.Value);
    }

    private static string Tags(IEnumerable<KeyValuePair<string, object?>> tags) =>
        string.Join(' ', tags.Select(tag => $"{tag.Key}={tag.Value}"));

    private static IEnumerable<string> Rungs(Activity span) => span.Events.Select(told =>
    {
        var tags = told.Tags.ToDictionary();
        return $"{tags["headroom.rung"]} {tags["headroom.rung.available"]}";
    });
}
