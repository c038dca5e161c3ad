using System.Security.Cryptography;
using Headroom.Contracts;
using Headroom.Silo.Lending;
using Headroom.Support;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Headroom.Remote.Tests;

/// <summary>The borrower's side with a real lender: real TCP, real memory.</summary>
public sealed class RemoteMemoryTests
{
    private const int Mebibyte = 1 << 20;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Memory_AtFirst_IsZero()
    {
        await using Lender lender = await Lender.StartAsync();
        await using RemoteMemory memory = await lender.OpenAsync(1, (3 * Mebibyte) + 7);
        byte[] bytes = new byte[memory.Length];
        Array.Fill(bytes, (byte)1);

        await memory.CopyToAsync(bytes, Cancel);

        Assert.Equal(-1, bytes.AsSpan().IndexOfAnyExcept((byte)0));
    }

    [Fact]
    public async Task Stream_Of256MiB_ComesBackIdentical()
    {
        await using Lender lender = await Lender.StartAsync();
        await using RemoteMemory memory = await lender.OpenAsync(1, 256L * Mebibyte);
        using var written = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] block = new byte[(3 * Mebibyte) + 1];
        var random = new Random(7);
        await using (Stream stream = memory.OpenStream())
        {
            while (stream.Position < stream.Length)
            {
                int length = (int)Math.Min(block.Length, stream.Length - stream.Position);
                random.NextBytes(block.AsSpan(0, length));
                written.AppendData(block, 0, length);
                await stream.WriteAsync(block.AsMemory(0, length), Cancel);
            }
        }

        await using Stream back = memory.OpenStream();
        byte[] read = await SHA256.HashDataAsync(back, Cancel);

        Assert.Equal(written.GetHashAndReset(), read);
    }

    [Theory]
    [InlineData(-1, 1, "offset")]
    [InlineData(101, 0, "offset")]
    [InlineData(long.MaxValue, 1, "offset")]
    [InlineData(long.MinValue, 1, "offset")]
    [InlineData(100, 1, "destination")]
    [InlineData(0, 101, "destination")]
    public async Task Range_Outside_IsTheCallersFault_AndHarmsNothing(long offset, int length, string parameter)
    {
        await using Lender lender = await Lender.StartAsync();
        await using RemoteMemory memory = await lender.OpenAsync(1, 100);
        byte[] bytes = new byte[length];

        ArgumentOutOfRangeException read = await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => memory.ReadAsync(offset, bytes, Cancel).AsTask());
        ArgumentOutOfRangeException write = await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => memory.WriteAsync(offset, bytes, Cancel).AsTask());

        Assert.Equal(parameter, read.ParamName);
        Assert.Equal(parameter == "destination" ? "source" : parameter, write.ParamName);
        Assert.Contains("100", parameter == "offset" || offset == 0 ? read.Message : "100", StringComparison.Ordinal);
        await memory.WriteAsync(99, new byte[] { 1 }, Cancel);
        await memory.ReadAsync(100, Memory<byte>.Empty, Cancel);
    }

    [Fact]
    public async Task CopyToAsync_IntoLess_IsTheCallersFault()
    {
        await using Lender lender = await Lender.StartAsync();
        await using RemoteMemory memory = await lender.OpenAsync(1, 100);

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            "destination", () => memory.CopyToAsync(new byte[99], Cancel).AsTask());
    }

    [Fact]
    public async Task OpenAsync_WrongToken_FindsNothing()
    {
        await using Lender lender = await Lender.StartAsync();
        LoanPart part = await lender.LendAsync(1, 100);
        LoanPart wrong = part with { Token = [.. part.Token[..15], (byte)(part.Token[15] ^ 1)] };

        RemoteMemoryLostException lost = await Assert.ThrowsAsync<RemoteMemoryLostException>(
            () => Borrower.OpenAsync(Lender.Loan(100, wrong)).AsTask());

        Assert.Contains(part.Host, lost.Message, StringComparison.Ordinal);
        await using RemoteMemory right = await Borrower.OpenAsync(Lender.Loan(100, part));
        await right.WriteAsync(0, new byte[100], Cancel);
    }

    [Fact]
    public async Task OpenAsync_ALoanOfAnotherSize_FindsNothing()
    {
        await using Lender lender = await Lender.StartAsync();
        LoanPart part = await lender.LendAsync(1, 100);

        await Assert.ThrowsAsync<RemoteMemoryLostException>(
            () => Borrower.OpenAsync(Lender.Loan(101, part)).AsTask());
    }

    [Fact]
    public async Task OpenAsync_OneOfTwoLendersGone_GoesOnWithTheOther()
    {
        await using Lender lender = await Lender.StartAsync();
        LoanPart here = await lender.LendAsync(1, 100);
        LoanPart gone = here with { Endpoint = $"127.0.0.1:{FreePort.Next()}" };

        await using RemoteMemory memory = await Borrower.OpenAsync(Lender.Loan(100, gone, here));

        Assert.Equal((2, 1), (memory.Replicas, memory.ReplicasLost));
        await memory.WriteAsync(0, new byte[100], Cancel);
        Assert.False(memory.Lost.IsCancellationRequested);
    }

    [Fact]
    public async Task Lost_WhenTheLoanIsFreedDuringUse_IsToldAtOnce()
    {
        await using Lender lender = await Lender.StartAsync();
        await using RemoteMemory memory = await lender.OpenAsync(1, 8 * Mebibyte);
        Task use = UseUntilLostAsync(memory);

        lender.Memory.Free(1);

        RemoteMemoryLostException lost = await Assert.ThrowsAsync<RemoteMemoryLostException>(() => use);
        Assert.Contains("Refused", lost.Message, StringComparison.Ordinal);
        Assert.True(memory.Lost.IsCancellationRequested);
        await Assert.ThrowsAsync<RemoteMemoryLostException>(() => memory.ReadAsync(0, new byte[1], Cancel).AsTask());
        await lender.DisposeAsync();
        Assert.Equal(0, lender.Memory.AllocatedBytes);
    }

    [Fact]
    public async Task Lost_WhenTheServerStops_IsToldAtOnce()
    {
        await using Lender lender = await Lender.StartAsync();
        await using RemoteMemory memory = await lender.OpenAsync(1, 8 * Mebibyte);
        Task use = UseUntilLostAsync(memory);

        await lender.StopAsync();

        await Assert.ThrowsAsync<RemoteMemoryLostException>(() => use);
    }

    [Fact]
    public async Task ReplicaLost_UnderLoad_LosesNothing()
    {
        await using Lender first = await Lender.StartAsync();
        await using Lender second = await Lender.StartAsync();
        Loan loan = Lender.Loan(
            8 * Mebibyte, await first.LendAsync(1, 8 * Mebibyte), await second.LendAsync(1, 8 * Mebibyte));
        await using RemoteMemory memory = await Borrower.OpenAsync(loan);
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        memory.ReplicaLost += (_, _) => told.TrySetResult();
        Task[] users = [.. Enumerable.Range(0, 8).Select(i => WriteAndReadBackAsync(memory, i, told.Task))];

        first.Memory.Free(1);
        await Task.WhenAll(users);

        Assert.Equal(1, memory.ReplicasLost);
        Assert.False(memory.Lost.IsCancellationRequested);
    }

    [Fact]
    public async Task Idle_ForLongerThanTheDeadAreSilent_StaysConnected()
    {
        await using Lender lender = await Lender.StartAsync();
        LoanPart part = await lender.LendAsync(1, 100);
        await using Line line = Line.To(part);
        await using RemoteMemory memory = await Borrower.OpenAsync(Lender.Loan(100, line.Part));

        // A second connection that says nothing is given up after the time for which this one is idle.
        using var mute = new System.Net.Sockets.TcpClient();
        await mute.ConnectAsync(System.Net.IPEndPoint.Parse(part.Endpoint), Cancel);
        await lender.ClosedAsync(CloseReason.Silent);

        await memory.WriteAsync(0, new byte[100], Cancel);
        Assert.Equal(1, line.Connections);
        Assert.Equal(1, lender.Closed(CloseReason.Silent));
    }

    // A borrower whose time stands still sends no pings, as one that is frozen does.
    [Fact]
    public async Task Idle_WhileTheBorrowerIsFrozen_IsDroppedByTheLender_AndConnectsAnew()
    {
        await using Lender lender = await Lender.StartAsync();
        Loan loan = Lender.Loan(100, await lender.LendAsync(1, 100));
        await using RemoteMemory memory = await RemoteMemory.OpenAsync(
            loan, RemoteTimes.Default, new FakeTimeProvider(), Cancel);
        await memory.WriteAsync(0, new byte[] { 1, 2, 3 }, Cancel);

        await lender.ClosedAsync(CloseReason.Silent);

        byte[] bytes = new byte[3];
        await memory.ReadAsync(0, bytes, Cancel);
        Assert.Equal([1, 2, 3], bytes);
        Assert.Equal(0, memory.ReplicasLost);
    }

    // Something between the two, or a fault of the lender: welcomes, and then nothing.
    [Fact]
    public async Task Lost_WhenConnectionsAreMadeAndNothingIsAnswered_IsToldInTime()
    {
        using var broken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        broken.Start();
        int welcomes = 0;
        Task welcoming = Task.Run(async () =>
        {
            byte[] welcome = new byte[MemoryWelcome.Bytes];
            new MemoryWelcome(MemoryStatus.Ok, 100).Write(welcome);
            while (true)
            {
                using System.Net.Sockets.Socket socket = await broken.AcceptSocketAsync(Cancel);
                await socket.ReceiveAsync(new byte[MemoryHello.Bytes], Cancel);
                await socket.SendAsync(welcome, Cancel);
                welcomes++;
            }
        }, Cancel);
        Loan loan = Lender.Loan(100, new LoanPart
        {
            Host = "broken",
            Loan = new LoanId(1, 1),
            Endpoint = broken.LocalEndpoint.ToString()!,
            Token = new byte[16],
        });
        await using RemoteMemory memory = await RemoteMemory.OpenAsync(
            loan, RemoteTimes.Default with { ReconnectFor = TimeSpan.FromSeconds(1) }, TimeProvider.System, Cancel);

        await Assert.ThrowsAsync<RemoteMemoryLostException>(() => memory.WriteAsync(0, new byte[100], Cancel).AsTask());

        Assert.InRange(welcomes, 2, 100);
        broken.Stop();
        await Assert.ThrowsAnyAsync<Exception>(() => welcoming);
    }

    [Fact]
    public async Task Cancelled_BeforeItBegins_WritesNothing()
    {
        await using Lender lender = await Lender.StartAsync();
        await using RemoteMemory memory = await lender.OpenAsync(1, 100);
        var cancelled = new CancellationToken(canceled: true);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => memory.WriteAsync(0, new byte[] { 1 }, cancelled).AsTask());

        byte[] bytes = new byte[100];
        await memory.ReadAsync(0, bytes, Cancel);
        Assert.Equal(new byte[100], bytes);
    }

    [Fact]
    public async Task Disposed_EndsCallsUnderWay_AndDoesNotSayThatBytesAreLost()
    {
        await using Lender lender = await Lender.StartAsync();
        RemoteMemory memory = await lender.OpenAsync(1, 8 * Mebibyte);
        Task use = UseUntilLostAsync(memory);

        await memory.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => use);
        Assert.False(memory.Lost.IsCancellationRequested);
        Assert.Equal([1L], lender.Memory.Loans);
    }

    private static async Task UseUntilLostAsync(RemoteMemory memory)
    {
        byte[] bytes = new byte[4 * Mebibyte];
        while (true)
        {
            await memory.WriteAsync(0, bytes, Cancel);
            await memory.ReadAsync(4 * Mebibyte, bytes, Cancel);
        }
    }

    private static async Task WriteAndReadBackAsync(RemoteMemory memory, int user, Task until)
    {
        byte[] written = new byte[700_000];
        byte[] read = new byte[written.Length];
        bool last = false;
        for (int round = 0; !last; round++)
        {
            last = until.IsCompleted;
            Array.Fill(written, (byte)((user * 31) + round));
            await memory.WriteAsync(user * Mebibyte, written, Cancel);
            await memory.ReadAsync(user * Mebibyte, read, Cancel);
            Assert.True(written.AsSpan().SequenceEqual(read), $"user {user}, round {round}");
        }
    }
}
