using Xunit;

namespace Headroom.Core.Tests.Ledger;

/// <summary>
/// Clients whose memory is not all leased: when they are asked to collect their garbage, and when not.
/// </summary>
public sealed class StoriesOfHeaps
{
    private const long Much = ContainerLedger.MinCollectableBytes;

    [Fact]
    public void NobodyLacksMemory_NobodyIsAskedToCollect()
    {
        ContainerLedger ledger = Given.Container(100);
        ledger.Open(Given.Open(1), Given.At(0));

        Assert.False(Report(ledger, 1, Much).Collect);
        ledger.Request(Given.Lease(9, 50, Urgency.Optional), Given.At(0));

        Assert.Empty(ledger.TakeNudges());
        Assert.False(Report(ledger, 1, Much).Collect);
    }

    [Fact]
    public void RefusedForWantOfMemory_ThoseWithMuchAreNudgedAndAsked()
    {
        ContainerLedger ledger = Given.Container(100, Given.Rules with { LimitBytes = 100 });
        ledger.Open(Given.Open(1), Given.At(0));
        ledger.Open(Given.Open(2), Given.At(0));
        Report(ledger, 1, Much);
        Report(ledger, 2, Much - 1);

        LeaseDecision answer = ledger.Request(Given.Lease(9, 200, Urgency.Optional), Given.At(0));

        Assert.Equal(Outcome.Refused, answer.Outcome);
        Assert.Equal(Given.Id(1), Assert.Single(ledger.TakeNudges()));
        Assert.Equal(1, ledger.TakeCollectionsAsked());
        Assert.True(Report(ledger, 1, Much).Collect);
        Assert.False(Report(ledger, 2, Much - 1).Collect);
    }

    [Fact]
    public void RefusedByTheHost_IsWantOfMemoryToo()
    {
        ContainerLedger ledger = Given.Container(100);
        ledger.Open(Given.Open(1), Given.At(0));
        Report(ledger, 1, Much);
        ledger.Request(Given.Lease(9, 200, Urgency.Optional), Given.At(0));
        Assert.Empty(ledger.TakeNudges());

        Ladder.HostAnswers(ledger, available: 0);

        Assert.Equal(Given.Id(1), Assert.Single(ledger.TakeNudges()));
    }

    [Fact]
    public void Waiting_IsWantOfMemoryWhenTheHostHasAnswered()
    {
        ContainerLedger ledger = Given.Container(100);
        ledger.Open(Given.Open(1), Given.At(0));
        Report(ledger, 1, Much);

        Assert.Equal(Outcome.Waiting, ledger.Request(Given.Lease(9, 200), Given.At(0)).Outcome);
        Assert.Empty(ledger.TakeNudges());
        Ladder.HostAnswers(ledger, available: 0);

        Assert.Equal(Given.Id(1), Assert.Single(ledger.TakeNudges()));
        Assert.True(Report(ledger, 1, Much).Collect);
    }

    [Fact]
    public void HostTakesMemoryBack_IsWantOfMemory()
    {
        ContainerLedger ledger = Given.Container(100);
        ledger.Open(Given.Open(1), Given.At(0));
        Report(ledger, 1, Much);

        Ladder.HostAsks(ledger, Urgency.MustSucceed, keep: 0);

        Assert.Equal(Given.Id(1), Assert.Single(ledger.TakeNudges()));
        Assert.True(Report(ledger, 1, Much).Collect);
    }

    [Fact]
    public void Asked_IsAskedOnceUntilItHasCollected()
    {
        ContainerLedger ledger = Given.Container(100);
        ledger.Open(Given.Open(1), Given.At(0));
        Report(ledger, 1, Much);
        Wait(ledger);
        ledger.TakeNudges();

        // The answer says it on, also when it comes a second time; nobody nudges again for it.
        Assert.True(Report(ledger, 1, Much).Collect);
        Assert.True(Report(ledger, 1, Much).Collect);
        ledger.Tick(Given.At(1));
        Assert.Empty(ledger.TakeNudges());
        Assert.Equal(1, ledger.TakeCollectionsAsked());

        Assert.False(Report(ledger, 1, 0).Collect);

        // What grew since is another matter.
        Assert.True(Report(ledger, 1, Much).Collect);
        Assert.Equal(1, ledger.TakeCollectionsAsked());
    }

    [Fact]
    public void ShortageIsOver_NobodyIsAskedAnyMore()
    {
        ContainerLedger ledger = Given.Container(100, Given.Rules with { LimitBytes = 100 });
        ledger.Open(Given.Open(1), Given.At(0));
        Report(ledger, 1, Much);
        ledger.Request(Given.Lease(9, 200, Urgency.Optional), Given.At(0));

        Assert.True(Report(ledger, 1, Much, (Given.Ttl / 2) - Given.At(0.1)).Collect);
        Assert.False(Report(ledger, 1, Much, Given.Ttl / 2).Collect);

        // The next shortage asks again.
        ledger.TakeNudges();
        ledger.Request(Given.Lease(10, 200, Urgency.Optional), Given.Ttl / 2);
        Assert.Equal(Given.Id(1), Assert.Single(ledger.TakeNudges()));
    }

    [Fact]
    public void SessionEnds_NobodyAsksForIt()
    {
        ContainerLedger ledger = Given.Container(100);
        ledger.Open(Given.Open(1), Given.At(0));
        Report(ledger, 1, Much);

        ledger.Close(Given.Id(1), Given.At(0));
        Wait(ledger);

        Assert.Empty(ledger.TakeNudges());
        Assert.Equal(default, ledger.Heaps);
    }

    [Fact]
    public void Heaps_AreTheSumOfWhatSessionsLastSaid()
    {
        ContainerLedger ledger = Given.Container(100);
        ledger.Open(Given.Open(1), Given.At(0));
        ledger.Open(Given.Open(2), Given.At(0));
        ledger.Exchange(
            Given.Exchange(ledger, 1, 0, 0) with { Heap = new HeapReading(1, 20, 300, 4000) }, Given.At(0));
        ledger.Exchange(
            Given.Exchange(ledger, 2, 0, 0) with { Heap = new HeapReading(2, 30, 400, 5000) }, Given.At(0));
        ledger.Exchange(Given.Exchange(ledger, 2, 0, 0), Given.At(1));

        Assert.Equal(new HeapReading(3, 50, 700, 9000), ledger.Heaps);
    }

    [Theory]
    [InlineData(-1, 0, 0, 0)]
    [InlineData(0, -1, 0, 0)]
    [InlineData(0, 0, long.MinValue, 0)]
    [InlineData(0, 0, 0, long.MaxValue)]
    public void Exchange_HeapThatCannotBe_IsInvalid(long objects, long committed, long resident, long collectable)
    {
        ContainerLedger ledger = Given.Container(100);
        ledger.Open(Given.Open(1), Given.At(0));
        var heap = new HeapReading(objects, committed, resident, collectable);

        ExchangeDecision answer =
            ledger.Exchange(Given.Exchange(ledger, 1, 0, 0) with { Heap = heap }, Given.At(0));

        Assert.Equal(Outcome.Invalid, answer.Outcome);
    }

    [Fact]
    public void HardLimitChanges_SessionsAreNudgedAndToldOfIt()
    {
        ContainerLedger ledger = Given.Container(100);
        ledger.Open(Given.Open(1), Given.At(0));
        Assert.Null(Report(ledger, 1, 0).HardLimitBytes);

        ledger.Observe(Given.Reading(ledger) with { UsageBytes = 0, HardLimitBytes = 500 }, Given.At(1));
        Assert.Equal(Given.Id(1), Assert.Single(ledger.TakeNudges()));
        Assert.Equal(500, Report(ledger, 1, 0).HardLimitBytes);

        ledger.Observe(Given.Reading(ledger) with { UsageBytes = 0, HardLimitBytes = 500 }, Given.At(2));
        Assert.Empty(ledger.TakeNudges());
    }

    private static void Wait(ContainerLedger ledger)
    {
        ledger.Request(Given.Lease(9, 200), Given.At(0));
        Ladder.HostAnswers(ledger, available: 0);
    }

    private static ExchangeDecision Report(
        ContainerLedger ledger, int session, long collectable, TimeSpan now = default) => ledger.Exchange(
            Given.Exchange(ledger, session, 0, 0) with
            {
                Heap = new HeapReading(collectable, collectable, collectable, collectable),
            },
            now);
}
