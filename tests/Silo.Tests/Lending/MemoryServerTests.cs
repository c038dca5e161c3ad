using Headroom.Contracts;
using Headroom.Silo.Lending;
using Headroom.Support;
using Xunit;

namespace Headroom.Silo.Tests.Lending;

public sealed class MemoryServerTests
{
    private const byte Read = 1;
    private const byte Write = 2;
    private const byte Ping = 3;
    private const byte Ok = 1;
    private const byte Refused = 2;
    private const byte OtherVersion = 3;
    private const byte OutOfRange = 4;
    private const byte BadFrame = 5;
    private const int Size = 100_000;

    [Fact]
    public async Task Frames_Pipelined_AreAnsweredInTheirOrder()
    {
        await using Lender lender = await Lender.StartAsync();
        (RawBorrower borrower, byte status, long size) =
            await RawBorrower.ConnectAsync(await lender.LendAsync(1, Size));
        using RawBorrower _ = borrower;
        Assert.Equal((Ok, (long)Size), (status, size));

        await borrower.SendAsync([
            .. RawBorrower.Frame(Write, 7, Size - 3, 3, 1, 2, 3),
            .. RawBorrower.Frame(Read, 8, Size - 4, 4),
            .. RawBorrower.Frame(Ping, 9, 0, 0),
            .. RawBorrower.Frame(Write, 9, Size - 4, 1, 9),
            .. RawBorrower.Frame(Read, uint.MaxValue, Size - 4, 2),
            .. RawBorrower.Frame(Read, 0, Size, 0),
        ]);

        await borrower.ExpectAsync(Ok, 7u);
        await borrower.ExpectAsync(Ok, 8u, 0, 1, 2, 3);
        await borrower.ExpectAsync(Ok, 9u);
        await borrower.ExpectAsync(Ok, 9u);
        await borrower.ExpectAsync(Ok, uint.MaxValue, 9, 1);
        await borrower.ExpectAsync(Ok, 0u);
    }

    [Theory]
    [InlineData("token", Refused, nameof(CloseReason.Refused))]
    [InlineData("number", Refused, nameof(CloseReason.Refused))]
    [InlineData("epoch", Refused, nameof(CloseReason.Refused))]
    [InlineData("version", OtherVersion, nameof(CloseReason.OtherVersion))]
    [InlineData("magic", BadFrame, nameof(CloseReason.BadFrame))]
    public async Task Hello_Wrong_IsRefusedAndCounted(string what, byte expected, string reason)
    {
        await using Lender lender = await Lender.StartAsync();
        byte[] hello = RawBorrower.Hello(await lender.LendAsync(1, Size));
        hello[what switch { "magic" => 0, "version" => 4, "epoch" => 8, "number" => 16, _ => 39 }] ^= 2;
        using RawBorrower borrower = await RawBorrower.ConnectAsync(lender.Memory.Endpoint);

        await borrower.SendAsync(hello);

        byte[] welcome = await borrower.ReceiveAsync(16);
        Assert.Equal(expected, welcome[4]);
        Assert.Equal(new byte[8], welcome[8..]);
        await borrower.EndAsync();
        await lender.DisposeAsync();
        Assert.Equal(1, lender.Closed(Enum.Parse<CloseReason>(reason)));
    }

    [Theory]
    [InlineData(Read, Size - 3L, 4, OutOfRange)]
    [InlineData(Write, Size - 3L, 4, OutOfRange)]
    [InlineData(Read, Size + 1L, 0, OutOfRange)]
    [InlineData(Read, -1, 1, OutOfRange)]
    [InlineData(Write, long.MaxValue - 2, 4, OutOfRange)]
    [InlineData(Read, long.MinValue, 4, OutOfRange)]
    [InlineData(Read, 0, -1, BadFrame)]
    [InlineData(Write, 0, int.MinValue, BadFrame)]
    [InlineData(Read, 0, (1 << 20) + 1, BadFrame)]
    [InlineData(Ping, 0, 1, BadFrame)]
    [InlineData(Ping, 1, 0, BadFrame)]
    [InlineData((byte)0, 0, 0, BadFrame)]
    [InlineData((byte)4, 0, 0, BadFrame)]
    public async Task Frame_Wrong_EndsTheConnectionAndIsCounted(byte call, long offset, int length, byte expected)
    {
        await using Lender lender = await Lender.StartAsync();
        (RawBorrower borrower, _, _) = await RawBorrower.ConnectAsync(await lender.LendAsync(1, Size));
        using RawBorrower _1 = borrower;

        await borrower.SendAsync(RawBorrower.Frame(call, 5, offset, length));

        await borrower.ExpectAsync(expected, 5);
        await borrower.EndAsync();
        await lender.DisposeAsync();
        Assert.Equal(
            1, lender.Closed(expected == OutOfRange ? CloseReason.OutOfRange : CloseReason.BadFrame));
    }

    [Fact]
    public async Task Connection_WhoseLoanIsFreed_EndsAtOnce_AndTheTokenOpensNothing()
    {
        await using Lender lender = await Lender.StartAsync();
        LoanPart part = await lender.LendAsync(1, Size);
        (RawBorrower borrower, _, _) = await RawBorrower.ConnectAsync(part);
        using RawBorrower _1 = borrower;

        lender.Memory.Free(1);

        await borrower.EndAsync();
        (RawBorrower again, byte status, long size) = await RawBorrower.ConnectAsync(part);
        again.Dispose();
        Assert.Equal((Refused, 0L), (status, size));
        Assert.Equal(0, lender.Memory.AllocatedBytes);
    }

    [Fact]
    public async Task Connection_WhoseLoanIsFreedInTheMiddleOfAWrite_EndsAtOnce()
    {
        await using Lender lender = await Lender.StartAsync();
        (RawBorrower borrower, _, _) = await RawBorrower.ConnectAsync(await lender.LendAsync(1, Size));
        using RawBorrower _1 = borrower;
        await borrower.SendAsync(RawBorrower.Frame(Ping, 1, 0, 0));
        await borrower.ExpectAsync(Ok, 1);

        // Half of a frame: the server has entered the memory, or will when it sees it, and waits for the rest.
        await borrower.SendAsync(RawBorrower.Frame(Write, 2, 0, Size, new byte[Size / 2]));
        lender.Memory.Free(1);

        await borrower.EndAsync();
        await lender.DisposeAsync();
        Assert.Equal(0, lender.Memory.AllocatedBytes);
        Assert.Equal(1, lender.Closed(CloseReason.Freed));
    }

    // What the old connection still had in its buffers must not land on what the new one writes.
    [Fact]
    public async Task Connection_MadeAnew_EndsTheOneBefore()
    {
        await using Lender lender = await Lender.StartAsync();
        LoanPart part = await lender.LendAsync(1, Size);
        (RawBorrower first, _, _) = await RawBorrower.ConnectAsync(part);
        using RawBorrower _1 = first;
        await first.SendAsync(RawBorrower.Frame(Write, 1, 0, Size, new byte[Size / 2]));

        (RawBorrower second, byte status, _) = await RawBorrower.ConnectAsync(part);
        using RawBorrower _2 = second;

        await first.EndAsync();
        await second.SendAsync(RawBorrower.Frame(Ping, 1, 0, 0));
        await second.ExpectAsync(Ok, 1u);
        Assert.Equal(Ok, status);
        await lender.DisposeAsync();
        Assert.Equal(1, lender.Closed(CloseReason.Superseded));
    }

    [Fact]
    public async Task Connection_Silent_IsGivenUp_AndThePledgeStays()
    {
        await using Lender lender = await Lender.StartAsync();
        (RawBorrower borrower, _, _) = await RawBorrower.ConnectAsync(await lender.LendAsync(1, Size));
        using RawBorrower _1 = borrower;
        using RawBorrower mute = await RawBorrower.ConnectAsync(lender.Memory.Endpoint);

        await Task.WhenAll(borrower.EndAsync(), mute.EndAsync());

        await lender.StopAsync();
        Assert.Equal(2, lender.Closed(CloseReason.Silent));
        Assert.Equal([1L], lender.Memory.Loans);
    }

    [Fact]
    public async Task Connections_ThatShowNoToken_AreBounded()
    {
        await using Lender lender = await Lender.StartAsync();
        LoanPart part = await lender.LendAsync(1, Size);
        var mute = new List<RawBorrower>();
        try
        {
            for (int i = 0; i < 65; i++)
            {
                mute.Add(await RawBorrower.ConnectAsync(part.Endpoint));
            }

            await mute[^1].EndAsync();
            mute[0].Dispose();
            await lender.ClosedAsync(CloseReason.Peer);
            (RawBorrower borrower, byte status, _) = await RawBorrower.ConnectAsync(part);
            borrower.Dispose();

            Assert.Equal(Ok, status);
            Assert.Equal(1, lender.Closed(CloseReason.Crowded));
        }
        finally
        {
            mute.ForEach(borrower => borrower.Dispose());
        }
    }
}
