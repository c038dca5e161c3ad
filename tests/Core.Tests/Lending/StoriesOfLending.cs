using Headroom.Core.Tests.Ledger;
using Xunit;

namespace Headroom.Core.Tests.Lending;

public sealed class StoriesOfLending
{
    private const long Mebibyte = 1L << 20;
    private const long Capacity = 1024 * Mebibyte;

    // Of a loan of 100 MiB, in steps of a 32nd of the pledge.
    private const long Mark = 104 * Mebibyte;

    private static readonly HostDefaults Defaults =
        new(Capacity, 512 * Mebibyte, 256 * Mebibyte, null);

    private HostLedger _host = new(HostTable.Empty, FloorPolicy.None, Defaults);
    private HostTable _stored = HostTable.Empty;

    // Found by LendingPropertyTests, seed b9DQx21rUJh3.
    [Fact]
    public void LowerMarkIsDelayed_PastALoanAndARestartOfTheHost_TheLoanStaysBooked()
    {
        var lender = new ReserveLedger(7);
        lender.Marked(Hear(lender.TakeMark(0)), Given.At(0));
        lender.Marked(Hear(lender.TakeMark(0)), Given.At(0));
        long first = Lend(lender, used: 0);

        // The loan ends, and what tells the host so is on its way for long: the lender counts it as lost.
        lender.Release([first], Given.At(10));
        LentMark delayed = lender.TakeMark(0);
        lender.MarkFailed();

        // The next loan finds the mark as it was: the host has nothing to raise, and its word is enough.
        Lend(lender, used: 0);
        Assert.Equal(Mark, _host.LentBytes);

        // The host's budget is killed, starts again from the store, and hears first what was delayed.
        _host = new HostLedger(_stored, FloorPolicy.None, Defaults);
        LentMarkAnswer late = Hear(delayed);
        Assert.Equal(Mark, late.Bytes);

        // What its containers may overdraw leaves the loan its bytes.
        ContainerRow orders = _host.Join("orders")!;
        _host.Allot(Given.Want(orders, 0, 0) with { OverdraftBytes = Capacity }, Given.At(11));
        Assert.Equal(Capacity - Mark, _host.Row("orders")!.OverdraftBytes);
        Assert.Empty(_host.Audit());
        lender.Marked(Hear(lender.TakeMark(100 * Mebibyte)), Given.At(12));
        Assert.False(lender.IsFenced);
        Assert.Equal(Mark, lender.MarkBytes);
    }

    // What is told is durable first.
    private LentMarkAnswer Hear(LentMark mark)
    {
        LentMarkAnswer answer = _host.Lend(mark, Given.At(0));
        _stored = _host.Changed ? _host.Save() : _stored;
        return answer;
    }

    private long Lend(ReserveLedger lender, long used)
    {
        var ask = new LendCommand(Guid.NewGuid(), 100 * Mebibyte, TimeSpan.FromMinutes(1), "b/orders/journal");
        long number = lender.Lend(ask, Given.At(0)).Number;
        lender.Marked(Hear(lender.TakeMark(used)), Given.At(0));
        Assert.Equal([(number, ask.Bytes)], lender.TakeMarked());
        lender.Allocated(number, isThere: true, Given.At(0));
        return number;
    }
}
