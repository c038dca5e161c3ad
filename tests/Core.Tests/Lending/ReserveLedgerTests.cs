using Headroom.Core.Tests.Ledger;
using Xunit;

namespace Headroom.Core.Tests.Lending;

public sealed class ReserveLedgerTests
{
    private const long Mebibyte = 1L << 20;
    private const long Reserve = 512 * Mebibyte;
    private const long Pledged = 256 * Mebibyte;
    private static readonly TimeSpan Ttl = TimeSpan.FromSeconds(10);

    private readonly HostLedger _host = Host();
    private readonly ReserveLedger _reserve = new(77);

    public ReserveLedgerTests()
    {
        Mark(0);
        Mark(0);
    }

    [Fact]
    public void Lend_Pledged_IsMarkedThenMadeThenGranted()
    {
        var ask = Ask(100);

        LendDecision booked = _reserve.Lend(ask, Given.At(0));
        Assert.Equal(Outcome.Waiting, booked.Outcome);
        Assert.Empty(_reserve.TakeMarked());
        Mark(0);
        Assert.Equal([(booked.Number, 100 * Mebibyte)], _reserve.TakeMarked());
        Assert.InRange(_host.LentBytes, 100 * Mebibyte, 108 * Mebibyte);
        _reserve.Allocated(booked.Number, isThere: true, Given.At(1));

        Assert.Equal(new LendDecision(Outcome.Granted, booked.Number, 156 * Mebibyte), _reserve.Lend(ask, Given.At(2)));
        Assert.Equal(100 * Mebibyte, _reserve.Borrowers()["b/orders/journal"]);
    }

    [Fact]
    public void Lend_MoreThanThePledge_IsRefusedAndBooksNothing()
    {
        LendDecision answer = _reserve.Lend(Ask(257), Given.At(0));

        Assert.Equal(new LendDecision(Outcome.Refused, 0, Pledged), answer);
        Assert.Equal((0, 0), (_reserve.BookedBytes, _host.LentBytes));
    }

    [Theory]
    [InlineData(0, 10, "b/c/s")]
    [InlineData(-1, 10, "b/c/s")]
    [InlineData(long.MaxValue, 10, "b/c/s")]
    [InlineData(1, 0, "b/c/s")]
    [InlineData(1, 3601, "b/c/s")]
    [InlineData(1, 10, "")]
    public void Lend_Nonsense_IsInvalid(long bytes, int seconds, string borrower)
    {
        LendDecision answer = _reserve.Lend(
            new LendCommand(Guid.NewGuid(), bytes, TimeSpan.FromSeconds(seconds), borrower), Given.At(0));

        Assert.Equal((Outcome.Invalid, 0), (answer.Outcome, _reserve.BookedBytes));
    }

    [Fact]
    public void Lend_SameIdOtherSize_IsConflict()
    {
        LendCommand ask = Ask(1);
        Granted(ask);

        Assert.Equal(Outcome.Conflict, _reserve.Lend(ask with { Bytes = 2 }, Given.At(0)).Outcome);
    }

    [Fact]
    public void HostHasNothingLeft_WhatWaitsIsRefusedAndTheMarkStays()
    {
        LendDecision booked = _reserve.Lend(Ask(200), Given.At(0));
        ContainerRow orders = _host.Join("orders")!;
        _host.Allot(
            Given.Want(orders, 0, 0) with { OverdraftBytes = 900 * Mebibyte, LeastOverdraftBytes = 900 * Mebibyte },
            Given.At(0));

        Mark(0);

        Assert.Equal(Outcome.Gone, _reserve.Stand(booked.Number).Outcome);
        Assert.Equal((0, 0), (_host.LentBytes, _reserve.BookedBytes));
        Assert.Equal(124 * Mebibyte, _reserve.FreePledgeBytes);
    }

    [Fact]
    public void HostHasPart_SmallerOnesGoOn()
    {
        _reserve.Lend(Ask(200), Given.At(0));
        LendDecision small = _reserve.Lend(Ask(20), Given.At(0));
        ContainerRow orders = _host.Join("orders")!;
        _host.Allot(
            Given.Want(orders, 0, 0) with { OverdraftBytes = 900 * Mebibyte, LeastOverdraftBytes = 900 * Mebibyte },
            Given.At(0));

        // The first is refused by what the host has; the second asks again with the next message.
        Mark(0);
        LendDecision again = _reserve.Lend(Ask(20), Given.At(0));
        Mark(0);

        Assert.Equal(Outcome.Gone, _reserve.Stand(small.Number).Outcome);
        Assert.Equal([(again.Number, 20 * Mebibyte)], _reserve.TakeMarked());
    }

    [Fact]
    public void MarkIsNotAnswered_WhatWaitsAsksAgain()
    {
        LendDecision booked = _reserve.Lend(Ask(10), Given.At(0));
        LentMark lost = _reserve.TakeMark(0);
        _reserve.MarkFailed();

        Assert.True(_reserve.NeedsMark);
        Mark(0);
        Assert.Equal([(booked.Number, 10 * Mebibyte)], _reserve.TakeMarked());

        // The lost one arrives late: an older number changes nothing.
        LentMarkAnswer late = _host.Lend(lost with { Bytes = 0 }, Given.At(1));
        _reserve.Marked(late, Given.At(1));
        Assert.InRange(_host.LentBytes, 10 * Mebibyte, 16 * Mebibyte);
    }

    [Fact]
    public void MemoryIsNotThere_SaysNoAndDoesNotClaimItForAWhile()
    {
        LendDecision booked = _reserve.Lend(Ask(100), Given.At(0));
        Mark(0);
        _reserve.TakeMarked();

        _reserve.Allocated(booked.Number, isThere: false, Given.At(0));

        Assert.Equal(Outcome.Gone, _reserve.Stand(booked.Number).Outcome);
        Assert.Equal((100 * Mebibyte) - 1, _reserve.FreePledgeBytes);
        Assert.Equal(Outcome.Refused, _reserve.Lend(Ask(100), Given.At(4)).Outcome);
        Mark(0);
        Assert.Equal(0, _host.LentBytes);
        Assert.Equal(Outcome.Waiting, _reserve.Lend(Ask(100), Given.At(5)).Outcome);
    }

    [Fact]
    public void NotRenewed_EndsAfterItsTtlAndFreesTheMark()
    {
        LendCommand ask = Ask(100);
        long number = Granted(ask);

        Assert.Empty(_reserve.Renew([number], Given.At(8)));
        _reserve.Expire(Given.At(17.9));
        Assert.Equal(Given.At(18), _reserve.DueAt);
        Assert.Equal([number], _reserve.Renew([number], Given.At(18)));

        Assert.Equal([number], _reserve.TakeFreed());
        Mark(0);
        Assert.Equal(0, _host.LentBytes);
        Assert.Equal(Outcome.Gone, _reserve.Lend(ask, Given.At(19)).Outcome);
    }

    [Fact]
    public void MarkNeverFallsBelowTheRealBytes()
    {
        long number = Granted(Ask(100));
        _reserve.Release([number], Given.At(1));

        Mark(60 * Mebibyte);

        Assert.InRange(_host.LentBytes, 60 * Mebibyte, 68 * Mebibyte);
        Mark(0);
        Assert.Equal(0, _host.LentBytes);
    }

    [Fact]
    public void Cancel_BeforeTheRequestArrives_GrantsNothing()
    {
        LendCommand ask = Ask(10);
        _reserve.Cancel(ask.RequestId, Given.At(0));

        Assert.Equal((Outcome.Gone, 0), (_reserve.Lend(ask, Given.At(1)).Outcome, _reserve.BookedBytes));
    }

    [Fact]
    public void Cancel_WhileItsMemoryIsMade_KeepsTheBytesBookedUntilThatIsDone()
    {
        LendCommand ask = Ask(10);
        LendDecision booked = _reserve.Lend(ask, Given.At(0));
        Mark(0);
        _reserve.TakeMarked();

        _reserve.Cancel(ask.RequestId, Given.At(0));
        Assert.Equal(10 * Mebibyte, _reserve.BookedBytes);
        Assert.Equal(Outcome.Gone, _reserve.Lend(ask, Given.At(0)).Outcome);
        _reserve.Allocated(booked.Number, isThere: true, Given.At(0));

        Assert.Equal([booked.Number], _reserve.TakeFreed());
        Assert.Equal(0, _reserve.BookedBytes);
    }

    [Fact]
    public void NewProcess_StartsWithNothingLentAndFencesTheOld()
    {
        Granted(Ask(100));
        var next = new ReserveLedger(78);

        next.Marked(_host.Lend(next.TakeMark(0), Given.At(1)), Given.At(1));
        Assert.True(next.NeedsMark);
        next.Marked(_host.Lend(next.TakeMark(0), Given.At(1)), Given.At(1));
        Assert.Equal(0, _host.LentBytes);
        Mark(100 * Mebibyte);

        Assert.True(_reserve.IsFenced);
        Assert.Equal(0, _host.LentBytes);
        Assert.Equal((Outcome.Unavailable, 0), (
            _reserve.Lend(Ask(1), Given.At(2)).Outcome, _reserve.FreePledgeBytes));
    }

    [Fact]
    public void HostRestarts_KnowsWhatIsLent()
    {
        Granted(Ask(100));

        var again = new HostLedger(_host.Save(), FloorPolicy.None, Defaults);
        _reserve.Marked(again.Lend(_reserve.TakeMark(100 * Mebibyte), Given.At(1)), Given.At(1));

        Assert.False(_reserve.IsFenced);
        Assert.InRange(again.LentBytes, 100 * Mebibyte, 108 * Mebibyte);
        Assert.Empty(again.Audit());
    }

    [Fact]
    public void MessageSkipsAnother_IsWrittenThoughNothingChanged_OneThatFollowsIsNot()
    {
        Granted(Ask(100));
        _host.Save();
        Mark(100 * Mebibyte);
        Assert.False(_host.Changed);

        _reserve.TakeMark(100 * Mebibyte);
        _reserve.MarkFailed();
        Mark(100 * Mebibyte);

        Assert.True(_host.Changed);
    }

    [Fact]
    public void SkippedMessageArrivesAfterAHostRestart_LowersNothing()
    {
        HostTable table = _host.Save();
        long first = Granted(Ask(100));
        table = Saved(table);
        _reserve.Release([first], Given.At(1));
        LentMark lowers = _reserve.TakeMark(0);
        _reserve.MarkFailed();
        Granted(Ask(100));
        table = Saved(table);

        var again = new HostLedger(table, FloorPolicy.None, Defaults);
        again.Lend(lowers, Given.At(2));

        Assert.InRange(again.LentBytes, 100 * Mebibyte, 108 * Mebibyte);
    }

    [Fact]
    public void Drain_LendsNoMoreAndKeepsWhatIsLent()
    {
        long number = Granted(Ask(100));
        _reserve.Drain();

        Assert.Equal(Outcome.Unavailable, _reserve.Lend(Ask(1), Given.At(1)).Outcome);
        Assert.Empty(_reserve.Renew([number], Given.At(1)));
    }

    [Fact]
    public void LentBytes_AreNotUntrackedAndNotForMustSucceedAtHome()
    {
        _host.Observe(Capacity, 100 * Mebibyte, PressureLevel.None, Given.At(0));
        Granted(Ask(200));
        Mark(200 * Mebibyte);

        _host.Observe(Capacity, 300 * Mebibyte, PressureLevel.None, Given.At(1));

        Assert.Equal(100 * Mebibyte, _host.UntrackedBytes);
        Assert.Equal(Capacity - (100 * Mebibyte) - _host.LentBytes, _host.MustSucceedFreeBytes);
        Assert.Equal(Capacity - Reserve - (100 * Mebibyte), _host.FreeBytes);
    }

    [Fact]
    public void Configure_ReserveBelowWhatIsLent_IsRefusedAPledgeBelowItIsNot()
    {
        Granted(Ask(200));

        Assert.Equal("reserveBytes", _host.Configure(null, 100 * Mebibyte, 0, Given.At(1))?.Field);
        Assert.Null(_host.Configure(null, null, 0, Given.At(1)));
        Assert.Empty(_host.Audit());
        Mark(200 * Mebibyte);
        Assert.Equal(Outcome.Refused, _reserve.Lend(Ask(1), Given.At(1)).Outcome);
    }

    private const long Capacity = 1024 * Mebibyte;

    private static HostDefaults Defaults => new(Capacity, Reserve, Pledged, null);

    private static HostLedger Host() => new(HostTable.Empty, FloorPolicy.None, Defaults);

    private static LendCommand Ask(long mebibytes) =>
        new(Guid.NewGuid(), mebibytes * Mebibyte, Ttl, "b/orders/journal");

    private void Mark(long used) => _reserve.Marked(_host.Lend(_reserve.TakeMark(used), Given.At(0)), Given.At(0));

    // As the store has it: what the ledger did not ask to write is not there.
    private HostTable Saved(HostTable before) => _host.Changed ? _host.Save() : before;

    private long Granted(LendCommand ask)
    {
        long number = _reserve.Lend(ask, Given.At(0)).Number;
        Mark(0);
        Assert.Contains(number, _reserve.TakeMarked().Select(marked => marked.Number));
        _reserve.Allocated(number, isThere: true, Given.At(0));
        Assert.Equal(Outcome.Granted, _reserve.Stand(number).Outcome);
        return number;
    }
}
