using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Headroom.Client.Tests.Telemetry;

public sealed class ClientMetricsTests
{
    private static CancellationToken Token => BudgetFixture.Token;

    [Fact]
    public async Task LeasesAndCredit_BySubsystemAndUrgency_AreWhatTheStatusSays()
    {
        await using BudgetFixture fixture = await Estimates.OperationTests.CreditedAsync();
        using var readings = new Readings(fixture.Meters);

        Assert.True(fixture.Cache.TryAcquire(1000, Urgency.Optional, out MemoryLease first));
        Assert.True(fixture.Cache.TryAcquire(500, Urgency.SafeToFail, out MemoryLease second));

        Assert.Equal(1000, readings.Now("headroom.client.lease.usage", "cache", "optional"));
        Assert.Equal(500, readings.Now("headroom.client.lease.usage", "cache", "safe_to_fail"));
        Assert.Equal(0, readings.Now("headroom.client.lease.usage", "cache", "must_succeed"));
        Assert.Equal(
            fixture.Budget.GetStatus().CreditBytes, readings.Now("headroom.client.credit.usage", "cache", "spare"));
        Assert.Equal(0, readings.Now("headroom.client.credit.usage", "cache", "emergency"));
        Assert.Equal(1, readings.Now("headroom.client.session.active"));
        first.Dispose();
        second.Dispose();
        Assert.Equal(0, readings.Now("headroom.client.lease.usage", "cache", "optional"));
    }

    // Counted by what a lease changes anyway: the thread's own slots, those ended elsewhere, and those that are shared.
    [Fact]
    public async Task Leases_FromCreditAndGrantedOneByOne_AreCountedExactly()
    {
        await using BudgetFixture fixture = await Estimates.OperationTests.CreditedAsync();
        using var readings = new Readings(fixture.Meters);
        long before = readings.Now("headroom.client.leases");

        Task[] threads =
        [
            .. Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(
                () =>
                {
                    for (int i = 0; i < 1000; i++)
                    {
                        Assert.True(fixture.Cache.TryAcquire(10, Urgency.Optional, out MemoryLease lease));
                        lease.Dispose();
                        lease.Dispose();
                    }
                },
                Token,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default)),
        ];
        await Task.WhenAll(threads);
        Assert.True(fixture.Cache.TryAcquire(10, Urgency.Optional, out MemoryLease elsewhere));
        await Task.Run(elsewhere.Dispose, Token);
        Assert.True(fixture.Cache.TryAcquire(10, Urgency.MustSucceed, out MemoryLease shared));
        using MemoryLease asked = await fixture.Cache.AcquireAsync(400_000, Urgency.SafeToFail, Token);

        Assert.Equal(before + 4003, readings.Now("headroom.client.leases"));
        shared.Dispose();
    }

    [Fact]
    public async Task Misses_CreditDoesNotSuffice_AreCountedByUrgency()
    {
        await using BudgetFixture fixture = await new BudgetFixture().OpenAsync();
        using var readings = new Readings(fixture.Meters);

        Assert.False(fixture.Cache.TryAcquire(1 << 30, Urgency.Optional, out _));
        Assert.False(fixture.Cache.TryAcquire(1 << 30, Urgency.Optional, out _));
        Assert.False(fixture.Cache.TryAcquire(1 << 30, Urgency.RiskyToFail, out _));

        Assert.Equal(2, readings.Now("headroom.client.credit.misses", "cache", "optional"));
        Assert.Equal(1, readings.Now("headroom.client.credit.misses", "cache", "risky_to_fail"));
    }

    [Fact]
    public async Task Requests_GrantedAndRefused_AreMeasuredByRungAndReason()
    {
        await using BudgetFixture fixture = await new BudgetFixture(0).OpenAsync();
        using var readings = new Readings(fixture.Meters);
        fixture.Authority.Script.Enqueue(new LeaseDecision { Outcome = Outcome.Waiting, Rung = Rung.Wait });
        fixture.Authority.Script.Enqueue(
            new LeaseDecision { Outcome = Outcome.Granted, LeaseId = 7, Bytes = 10, Rung = Rung.Overdraft });
        fixture.Authority.Script.Enqueue(new LeaseDecision { Outcome = Outcome.Refused, Rung = Rung.Host });
        fixture.Authority.Script.Enqueue(new LeaseDecision { Outcome = Outcome.UrgencyNotAllowed });

        using MemoryLease lease = await fixture.ResultAsync(
            fixture.Cache.AcquireMustSucceedAsync(10, "commit", Token).AsTask(), "the lease was granted");
        await Assert.ThrowsAsync<MemoryRefusedException>(
            () => fixture.Cache.AcquireAsync(10, Urgency.SafeToFail, Token).AsTask());
        await Assert.ThrowsAsync<MemoryRefusedException>(
            () => fixture.Cache.AcquireAsync(10, Urgency.RiskyToFail, Token).AsTask());

        Assert.Equal(
            [
                "headroom.subsystem=cache headroom.urgency=must_succeed headroom.rung=overdraft",
                "headroom.subsystem=cache headroom.urgency=safe_to_fail error.type=not_enough_memory",
                "headroom.subsystem=cache headroom.urgency=risky_to_fail error.type=urgency_not_allowed",
            ],
            readings.Of("headroom.client.request.duration").Select(Tags));
    }

    [Fact]
    public async Task Requests_GivenUpOrWithoutAuthority_SaySo()
    {
        await using BudgetFixture fixture = await new BudgetFixture(0).OpenAsync();
        using var readings = new Readings(fixture.Meters);
        fixture.Authority.Mode = FakeAuthority.Behaviour.LoseCall;
        using var gaveUp = new CancellationTokenSource();
        Task given = fixture.Cache.AcquireAsync(10, Urgency.SafeToFail, gaveUp.Token).AsTask();
        await fixture.NextAskAsync();
        await gaveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        Task lost = fixture.Cache.AcquireAsync(10, Urgency.SafeToFail, Token).AsTask();
        await fixture.UntilAsync(() => lost.IsCompleted, "it was given up");
        await Assert.ThrowsAsync<MemoryRefusedException>(() => lost);

        Assert.Equal(
            ["System.OperationCanceledException", "authority_unavailable"],
            readings.Of("headroom.client.request.duration").Select(reading => reading.Tags["error.type"]));
        Assert.InRange(readings.Of("headroom.client.request.duration")[1].Value, 1, 3);
    }

    [Fact]
    public async Task Exchanges_OpenedLostAndLapsed_AreMeasured()
    {
        await using var fixture = new BudgetFixture();
        using var readings = new Readings(fixture.Meters);
        Assert.Equal(0, readings.Now("headroom.client.session.active"));
        await fixture.OpenAsync();
        fixture.Authority.Mode = FakeAuthority.Behaviour.LoseCall;
        await fixture.UntilAsync(() => !fixture.Budget.GetStatus().Connected, "the session lapsed", 100);
        Assert.Equal(1, readings.Now("headroom.client.session.lapses"));
        Assert.Equal(0, readings.Now("headroom.client.session.active"));
        fixture.Authority.Mode = FakeAuthority.Behaviour.Answer;
        await fixture.UntilAsync(() => fixture.Budget.GetStatus().Connected, "there is a new session");
        await fixture.UntilAsync(
            () => readings.All.Any(reading => Tags(reading) == "headroom.exchange.kind=open"),
            "an opening was measured");

        Assert.Contains(
            readings.Of("headroom.client.exchange.duration"),
            reading => reading.Tags.ContainsKey("error.type") && reading.Value >= 1);
        await fixture.Budget.DisposeAsync();
        Assert.Contains(
            readings.Of("headroom.client.exchange.duration"),
            reading => Tags(reading) == "headroom.exchange.kind=close");
    }

    [Fact]
    public async Task Exchanges_AuthorityRestarted_SaysRegisterAgain()
    {
        await using BudgetFixture fixture = await new BudgetFixture().OpenAsync();
        using var readings = new Readings(fixture.Meters);
        fixture.Authority.Restart();

        await fixture.UntilAsync(() => fixture.Budget.GetStatus().Epoch == 2, "it registered again", 50);

        Assert.Contains(
            readings.Of("headroom.client.exchange.duration"),
            reading => Tags(reading) == "headroom.exchange.kind=exchange error.type=register_again");
    }

    [Fact]
    public async Task Reclaim_AskedGivenAndPending_AddUp()
    {
        await using BudgetFixture fixture = await new BudgetFixture(0).OpenAsync();
        using var readings = new Readings(fixture.Meters);
        for (int i = 0; i < 4; i++)
        {
            fixture.Held.Enqueue(await fixture.Cache.AcquireAsync(10_000, Urgency.Optional, Token));
        }

        using IDisposable added = fixture.Cache.OnReclaim((Action<ReclaimRequest>)(_ =>
        {
            fixture.EndLeases(10_000);
            throw new InvalidOperationException("Not all today.");
        }));
        Ask(fixture, 10_000);
        await fixture.UntilAsync(
            () => readings.All.Any(reading => reading.Instrument == "headroom.client.reclaim.given"), "one was given");
        await fixture.UntilAsync(() => fixture.ChargedBytes <= 30_000, "it went back");
        Assert.Equal(20_000, readings.Now("headroom.client.reclaim.pending"));
        await fixture.UntilAsync(() => fixture.ChargedBytes == 10_000, "all that was asked went back", 100);

        Assert.Equal(0, readings.Now("headroom.client.reclaim.pending"));
    }

    [Fact]
    public async Task Reclaim_RepeatedDemand_IsAskedOnceAndHandlersAreTimed()
    {
        await using BudgetFixture fixture = await new BudgetFixture(0).OpenAsync();
        using var readings = new Readings(fixture.Meters);
        fixture.Held.Enqueue(await fixture.Cache.AcquireAsync(10_000, Urgency.Optional, Token));
        fixture.Held.Enqueue(await fixture.Cache.AcquireAsync(10_000, Urgency.Optional, Token));
        int calls = 0;
        using IDisposable added = fixture.Cache.OnReclaim((Action<ReclaimRequest>)(_ =>
        {
            if (Interlocked.Increment(ref calls) == 1)
            {
                throw new InvalidOperationException("Not today.");
            }

            fixture.EndLeases(20_000);
        }));
        Ask(fixture, 10_000);
        await fixture.UntilAsync(() => fixture.ChargedBytes == 0, "all went back", 100);
        await fixture.UntilAsync(
            () => readings.Of("headroom.client.reclaim.duration").Count == 2, "both calls were measured");

        Assert.Equal(10_000, readings.Of("headroom.client.reclaim.asked").Sum(reading => reading.Value));
        Assert.Equal([0, 10_000], readings.Of("headroom.client.reclaim.given").Select(reading => reading.Value));
        Assert.Equal(
            ["headroom.subsystem=cache error.type=System.InvalidOperationException", "headroom.subsystem=cache"],
            readings.Of("headroom.client.reclaim.duration").Select(Tags));
    }

    [Fact]
    public async Task Estimates_LeasedNeededAndOutgrown_AreCounted()
    {
        await using BudgetFixture fixture = await Estimates.OperationTests.CreditedAsync();
        using var readings = new Readings(fixture.Meters);
        IOperation scan = fixture.Cache.Operation("scan", new OperationOptions { StartBytes = 4096 });
        foreach (long used in new long[] { 1000, 4096, 5000 })
        {
            Assert.True(scan.TryAcquire(Urgency.Optional, out EstimatedLease lease));
            lease.Record(used);
            lease.Dispose();
        }

        Assert.Equal(3 * 4096, readings.Now("headroom.client.estimate.leased", "cache"));
        Assert.Equal(10_096, readings.Now("headroom.client.estimate.needed", "cache"));
        Assert.Equal(1, readings.Now("headroom.client.estimate.overruns", "cache"));
    }

    [Fact]
    public async Task Collecting_AfterTheBudgetWasClosed_StillSaysWhatIsHeld()
    {
        var fixture = await Estimates.OperationTests.CreditedAsync();
        using var readings = new Readings(fixture.Meters);
        Assert.True(fixture.Cache.TryAcquire(1000, Urgency.Optional, out MemoryLease lease));
        await fixture.DisposeAsync();

        Assert.Equal(1000, readings.Now("headroom.client.lease.usage", "cache", "optional"));
        lease.Dispose();
        Assert.Equal(0, readings.Now("headroom.client.lease.usage", "cache", "optional"));
    }

    [Fact]
    public async Task AddHeadroom_WithMetrics_UsesTheApplicationsMeterFactory()
    {
        await using ServiceProvider services = new ServiceCollection()
            .AddMetrics()
            .AddHeadroom(options => options.Container = "orders")
            .BuildServiceProvider();
        using var readings = new Readings(services.GetRequiredService<IMeterFactory>());

        services.GetRequiredService<IMemoryBudget>();

        Assert.Contains(readings.Instruments, instrument => instrument.Name == "headroom.client.leases");
    }

    [Fact]
    public async Task Budget_WithoutAFactory_HasAMeterThatEndsWithIt()
    {
        const string Container = "without-a-factory";
        var ended = new TaskCompletionSource();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Tags?.Any(tag => tag.Value is Container) == true)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
            MeasurementsCompleted = (instrument, _) => ended.TrySetResult(),
        };
        listener.Start();
        var options = new HeadroomOptions { Container = Container, Host = "node-1" };
        HeadroomClient budget = HeadroomClient.Create(
            options, new FakeAuthority(TimeProvider.System), NullLoggerFactory.Instance);
        Assert.False(ended.Task.IsCompleted);

        await budget.DisposeAsync();

        Assert.True(ended.Task.IsCompleted);
    }

    private static string Tags(Reading reading) =>
        string.Join(' ', reading.Tags.Select(tag => $"{tag.Key}={tag.Value}"));

    private static void Ask(BudgetFixture fixture, long keep) => fixture.Authority.Tell(
        books =>
        {
            books.ReclaimBelow = Urgency.RiskyToFail;
            books.KeepBytes = keep;
        },
        fixture.Budget.GetStatus().Session);
}
