using Xunit;

namespace Headroom.Client.Tests;

public sealed class ReclaimTests
{
    private static CancellationToken Token => BudgetFixture.Token;

    [Fact]
    public async Task OnReclaim_LeasesAskedBack_HandlerIsCalledAtOnceAndWhatItGivesGoesBack()
    {
        await using BudgetFixture fixture = await FilledAsync(3, 10_000);
        var asked = new TaskCompletionSource<ReclaimRequest>();
        using IDisposable added = fixture.Cache.OnReclaim(request =>
        {
            asked.TrySetResult(request);
            fixture.EndLeases(request.Bytes);
        });

        Ask(fixture, Urgency.RiskyToFail, 15_000);
        ReclaimRequest request = await fixture.ResultAsync(asked.Task, "the handler was called");

        Assert.Equal(("cache", 15_000L, Urgency.RiskyToFail), (request.Subsystem, request.Bytes, request.Below));
        Assert.InRange(request.Within, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));
        await fixture.UntilAsync(() => fixture.ChargedBytes == 10_000, "the bytes went back");
        Assert.Equal(10_000, fixture.Budget.GetStatus().LeasedBytes[0]);
    }

    [Fact]
    public async Task OnReclaim_FirstHandlerThrows_NextIsAskedForWhatLacks()
    {
        await using BudgetFixture fixture = await FilledAsync(3, 10_000);
        using IDisposable first = fixture.Cache.OnReclaim((Action<ReclaimRequest>)(_ =>
        {
            fixture.EndLeases(1);
            throw new InvalidOperationException("Not today.");
        }));
        var asked = new TaskCompletionSource<long>();
        using IDisposable second = fixture.Cache.OnReclaim(async request =>
        {
            await Task.Yield();
            asked.TrySetResult(request.Bytes);
            fixture.EndLeases(request.Bytes);
        });

        Ask(fixture, Urgency.MustSucceed, 0);

        Assert.Equal(20_000, await fixture.ResultAsync(asked.Task, "the second was called"));
        await fixture.UntilAsync(() => fixture.ChargedBytes == 0, "the bytes went back");
    }

    [Fact]
    public async Task OnReclaim_HandlerHangs_SessionRenewsAndTheHandlerMayAcquire()
    {
        await using BudgetFixture fixture = await FilledAsync(1, 10_000);
        var granted = new TaskCompletionSource<MemoryLease>();
        var release = new TaskCompletionSource();
        using IDisposable added = fixture.Cache.OnReclaim(async _ =>
        {
            granted.TrySetResult(await fixture.Cache.AcquireMustSucceedAsync(300_000, "spill", Token));
            await release.Task;
        });

        Ask(fixture, Urgency.RiskyToFail, 0);
        using MemoryLease lease = await fixture.ResultAsync(granted.Task, "the handler acquired");
        TimeSpan end = fixture.Authority.Now + (BudgetFixture.Ttl * 2);
        await fixture.UntilAsync(() => fixture.Authority.Now > end, "two lives of a session passed", 100);

        Assert.True(fixture.Budget.GetStatus().Connected);
        Assert.Equal(1, fixture.Budget.GetStatus().Epoch);
        release.SetResult();
    }

    [Fact]
    public async Task OnReclaim_Removed_IsNotCalledAnyMore()
    {
        await using BudgetFixture fixture = await FilledAsync(2, 10_000);
        int removed = 0;
        fixture.Cache.OnReclaim(_ => Interlocked.Increment(ref removed)).Dispose();
        var asked = new TaskCompletionSource();
        using IDisposable added = fixture.Cache.OnReclaim(_ => asked.TrySetResult());

        Ask(fixture, Urgency.RiskyToFail, 0);
        await fixture.UntilAsync(() => asked.Task.IsCompleted, "the other was called");

        Assert.Equal(0, removed);
    }

    // A cache that has nothing to give is asked now and then, not with each of hundreds of exchanges.
    [Fact]
    public async Task OnReclaim_HandlerGivesNothing_IsAskedAboutOnceASecond()
    {
        await using BudgetFixture fixture = await FilledAsync(1, 10_000);
        int calls = 0;
        using IDisposable added = fixture.Cache.OnReclaim(_ => Interlocked.Increment(ref calls));
        Ask(fixture, Urgency.RiskyToFail, 0);
        TimeSpan end = fixture.Authority.Now + TimeSpan.FromSeconds(4);
        await fixture.UntilAsync(
            () =>
            {
                fixture.Authority.Nudged!(fixture.Budget.GetStatus().Session);
                return fixture.Authority.Now > end;
            },
            "four seconds passed");

        Assert.InRange(calls, 2, 6);
    }

    // Another need for as much, right after the first one was met, is not the same demand repeated.
    [Fact]
    public async Task OnReclaim_AskedForAsMuchAgain_HandlerIsCalledAtOnce()
    {
        await using BudgetFixture fixture = await FilledAsync(1, 10_000);
        int calls = 0;
        using IDisposable added = fixture.Cache.OnReclaim(request =>
        {
            calls++;
            fixture.EndLeases(request.Bytes);
        });
        Ask(fixture, Urgency.RiskyToFail, 0);
        await fixture.UntilAsync(() => calls == 1 && fixture.ChargedBytes == 0, "the first was given");
        Ask(fixture, Urgency.Optional, 0);
        fixture.Held.Enqueue(await fixture.Cache.AcquireAsync(10_000, Urgency.Optional, Token));

        TimeSpan start = fixture.Authority.Now;
        Ask(fixture, Urgency.RiskyToFail, 0);
        await fixture.UntilAsync(() => calls == 2, "the second was asked");

        Assert.True(fixture.Authority.Now - start < Reclaims.Repeat, "the second had to wait");
    }

    private static async Task<BudgetFixture> FilledAsync(int leases, long bytes)
    {
        BudgetFixture fixture = await new BudgetFixture(0).OpenAsync();
        for (int i = 0; i < leases; i++)
        {
            fixture.Held.Enqueue(await fixture.Cache.AcquireAsync(bytes, Urgency.Optional, Token));
        }

        return fixture;
    }

    private static void Ask(BudgetFixture fixture, Urgency below, long keep) => fixture.Authority.Tell(
        books =>
        {
            books.ReclaimBelow = below;
            books.KeepBytes = keep;
        },
        fixture.Budget.GetStatus().Session);
}
