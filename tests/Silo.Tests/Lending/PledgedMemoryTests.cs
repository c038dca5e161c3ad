using System.Globalization;
using Headroom.Silo.Lending;
using Headroom.Silo.Monitoring;
using Headroom.Silo.Tests.Monitoring;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Headroom.Silo.Tests.Lending;

// Measures this process: nothing else may run in it meanwhile.
[Collection(nameof(PledgedMemoryTests))]
[CollectionDefinition(nameof(PledgedMemoryTests), DisableParallelization = true)]
public sealed class PledgedMemoryTests
{
    private const long Mebibyte = 1L << 20;
    private const long Size = 256 * Mebibyte;

    // What else a test process does while it is measured.
    private const long Noise = 64 * Mebibyte;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AllocateAsync_TakesTheBytesFromTheMachine_AndFreeGivesThemBack()
    {
        using PledgedMemory memory = Memory();
        long before = Anonymous();

        byte[]? token = await memory.AllocateAsync(1, Size, Cancel);
        long during = Anonymous();
        memory.Free(1);
        long after = Anonymous();

        Assert.Equal(16, token?.Length);
        Assert.InRange(during - before, Size - Noise, Size + Noise);
        Assert.InRange(after - before, -Noise, Noise);
        Assert.Equal(0, memory.AllocatedBytes);
        Assert.Empty(memory.Loans);
    }

    [Fact]
    public async Task AllocateAsync_CountsWhatItGave()
    {
        using PledgedMemory memory = Memory();

        await memory.AllocateAsync(7, 5 * Mebibyte, Cancel);
        await memory.AllocateAsync(3, 1, Cancel);

        Assert.Equal([3L, 7L], memory.Loans);
        Assert.Equal(5 * Mebibyte + 1, memory.AllocatedBytes);
    }

    [Fact]
    public async Task AllocateAsync_MoreThanTheMachineHas_IsRefusedAndTakesNothing()
    {
        using PledgedMemory memory = Memory();
        long total = MachineMemory.Read("/proc").Value!.TotalBytes;
        long before = Anonymous();

        Assert.Null(await memory.AllocateAsync(1, total, Cancel));

        Assert.InRange(Anonymous() - before, -Noise, Noise);
        Assert.Equal(0, memory.AllocatedBytes);
        Assert.Empty(memory.Loans);
    }

    // Of 1,000 MiB the least margin, 32 MiB, stays for the kernel and the silo.
    [Theory]
    [InlineData(100, true)]
    [InlineData(101, false)]
    public async Task AllocateAsync_UpToWhatTheMachineHasLessTheMargin(int mebibytes, bool fits)
    {
        using var tree = FixtureTree.Machine();
        tree.Write("proc/meminfo", "MemTotal: 1024000 kB\nMemAvailable: 135168 kB\n");
        using PledgedMemory memory = Memory(tree.Proc, tree.Sys);

        byte[]? token = await memory.AllocateAsync(1, mebibytes * Mebibyte, Cancel);

        Assert.Equal(fits, token is not null);
    }

    [Theory]
    [InlineData(88, true)]
    [InlineData(89, false)]
    public async Task AllocateAsync_UpToWhatTheCgroupHasLessTheMargin(int mebibytes, bool fits)
    {
        using var tree = FixtureTree.V2("/a");
        tree.WriteV2("a", 200, 20, 300);
        using PledgedMemory memory = Memory(tree.Proc, tree.Sys);

        byte[]? token = await memory.AllocateAsync(1, mebibytes * Mebibyte, Cancel);

        Assert.Equal(fits, token is not null);
    }

    [Fact]
    public async Task AllocateAsync_WithoutAReadingOfTheMachine_IsRefused()
    {
        using var tree = FixtureTree.Machine();
        tree.Delete("proc/meminfo");
        using PledgedMemory memory = Memory(tree.Proc, tree.Sys);

        Assert.Null(await memory.AllocateAsync(1, 1, Cancel));
    }

    [Fact]
    public async Task AllocateAsync_SameLoanTwice_IsAFaultOfTheCaller()
    {
        using PledgedMemory memory = Memory();
        await memory.AllocateAsync(1, Mebibyte, Cancel);

        await Assert.ThrowsAsync<InvalidOperationException>(
            () => memory.AllocateAsync(1, Mebibyte, Cancel).AsTask());

        Assert.Equal(Mebibyte, memory.AllocatedBytes);
    }

    [Fact]
    public async Task AllocateAsync_Cancelled_LeavesNothing()
    {
        using PledgedMemory memory = Memory();
        using var cancel = new CancellationTokenSource();
        Task<byte[]?> allocation = memory.AllocateAsync(1, Size, cancel.Token).AsTask();

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => allocation);
        Assert.Equal(0, memory.AllocatedBytes);
        Assert.NotNull(await memory.AllocateAsync(1, Mebibyte, Cancel));
    }

    [Fact]
    public async Task Free_WhileItIsAllocated_LeavesNothing()
    {
        using PledgedMemory memory = Memory();
        Task<byte[]?> allocation = memory.AllocateAsync(1, Size, Cancel).AsTask();

        memory.Free(1);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => allocation);
        Assert.Empty(memory.Loans);
        Assert.Equal(0, memory.AllocatedBytes);
    }

    [Fact]
    public async Task Free_InUse_KeepsThePagesUntilTheLastHasLeft()
    {
        using PledgedMemory memory = Memory();
        byte[]? token = await memory.AllocateAsync(1, Mebibyte, Cancel);
        Assert.True(memory.TryFind(memory.Epoch, 1, token, out Pledge? pledge));
        Assert.True(pledge.TryEnter());

        memory.Free(1);
        memory.Free(1);
        Fill(pledge);
        long inUse = memory.AllocatedBytes;
        bool again = pledge.TryEnter();
        pledge.Leave();

        Assert.Empty(memory.Loans);
        Assert.Equal(Mebibyte, inUse);
        Assert.False(again);
        Assert.Equal(0, memory.AllocatedBytes);
    }

    [Fact]
    public async Task TryFind_OtherEpochNumberOrToken_FindsNothing()
    {
        using PledgedMemory memory = Memory();
        byte[] token = (await memory.AllocateAsync(1, Mebibyte, Cancel))!;
        byte[] other = (await memory.AllocateAsync(2, Mebibyte, Cancel))!;

        Assert.True(memory.TryFind(memory.Epoch, 1, token, out _));
        Assert.False(memory.TryFind(memory.Epoch, 1, other, out _));
        Assert.False(memory.TryFind(memory.Epoch, 1, token.AsSpan(0, 15), out _));
        Assert.False(memory.TryFind(memory.Epoch, 2, token, out _));
        Assert.False(memory.TryFind(memory.Epoch, 3, token, out _));
        Assert.False(memory.TryFind(memory.Epoch + 1, 1, token, out _));
    }

    // A clock that was set back comes to the same moment again. By chance two are the same once in a million times; of
    // a hundred, some two are once in two hundred.
    [Fact]
    public void Epoch_AtTheSameMoment_IsAnotherOne()
    {
        var still = new FakeTimeProvider();

        Assert.NotEqual(Memory(time: still).Epoch, Memory(time: still).Epoch);
        Assert.True(Memory().Epoch > 0);
    }

    private static unsafe void Fill(Pledge pledge) =>
        new Span<byte>(pledge.At(0, (int)pledge.Size), (int)pledge.Size).Fill(1);

    private static PledgedMemory Memory(
        string procRoot = "/proc", string sysRoot = "/sys", TimeProvider? time = null) => new(
            new MemoryRoom(procRoot, sysRoot, TimeProvider.System), "127.0.0.1:1", time ?? TimeProvider.System);

    // What the process has of its own, as the kernel counts it: RSS without files.
    private static long Anonymous() => 1024 * long.Parse(
        File.ReadLines("/proc/self/status").First(line => line.StartsWith("RssAnon:", StringComparison.Ordinal))
            .Split(' ', '\t', StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture);
}
