using System.Diagnostics;
using Headroom.Support;
using Xunit;

namespace Headroom.Remote.Tests;

[Trait("Kind", "Process")]
public sealed class LenderProcessTests
{
    private const int Size = 64 << 20;

    // The cluster finds a dead silo after three missed probes of a second each; the first may begin a second late.
    private static readonly TimeSpan Detection = TimeSpan.FromSeconds(4);

    // What a busy machine may add to any wait.
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(2);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Lender_Killed_IsToldToAnIdleBorrowerAtOnce()
    {
        await using LenderProcess lender = await LenderProcess.StartAsync(Size);
        await using RemoteMemory memory = await Borrower.OpenAsync(Lender.Loan(Size, lender.Part));
        Task lost = LostAsync(memory);

        long start = Stopwatch.GetTimestamp();
        Task<int> killed = lender.Child.KillAsync();
        await lost.WaitAsync(Detection + Slack, Cancel);

        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, Detection);
        await killed;
        await Assert.ThrowsAsync<RemoteMemoryLostException>(() => memory.ReadAsync(0, new byte[1], Cancel).AsTask());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Lender_Frozen_IsToldWithinTheDetectionTime(bool inUse)
    {
        await using LenderProcess lender = await LenderProcess.StartAsync(Size);
        await using RemoteMemory memory = await Borrower.OpenAsync(Lender.Loan(Size, lender.Part));
        Task lost = LostAsync(memory);
        Task use = inUse ? UseAsync(memory) : Task.CompletedTask;

        long start = Stopwatch.GetTimestamp();
        PosixKill.Stop(lender.Child.Id);
        await lost.WaitAsync(Detection + Slack, Cancel);

        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, Detection + Slack);
        if (inUse)
        {
            RemoteMemoryLostException told = await Assert.ThrowsAsync<RemoteMemoryLostException>(() => use);
            Assert.Contains("silent", told.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Lender_OneOfTwoKilledUnderLoad_LosesNothing()
    {
        await using LenderProcess first = await LenderProcess.StartAsync(Size);
        await using LenderProcess second = await LenderProcess.StartAsync(Size);
        await using RemoteMemory memory = await Borrower.OpenAsync(Lender.Loan(Size, first.Part, second.Part));
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        memory.ReplicaLost += (_, _) => told.TrySetResult();
        byte[] model = new byte[Size];
        const int Users = 8;
        const int Own = Size / Users;
        Task[] users = [.. Enumerable.Range(0, Users).Select(user => Task.Run(async () =>
        {
            var random = new Random(user);
            for (bool last = false; !last;)
            {
                last = told.Task.IsCompleted;
                int from = (user * Own) + random.Next(Own - 1);
                int length = random.Next(1, ((user + 1) * Own) - from);
                random.NextBytes(model.AsSpan(from, length));
                await memory.WriteAsync(from, model.AsMemory(from, length), Cancel);
            }
        }))];

        await first.Child.KillAsync();
        await Task.WhenAll(users);

        byte[] back = new byte[Size];
        await memory.CopyToAsync(back, Cancel);
        Assert.True(back.AsSpan().SequenceEqual(model));
        Assert.Equal(1, memory.ReplicasLost);
    }

    private static Task LostAsync(RemoteMemory memory)
    {
        var lost = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        memory.Lost.Register(() => lost.TrySetResult());
        return lost.Task;
    }

    private static async Task UseAsync(RemoteMemory memory)
    {
        byte[] bytes = new byte[Size / 2];
        while (true)
        {
            await memory.WriteAsync(0, bytes, Cancel);
            await memory.ReadAsync(Size / 2, bytes, Cancel);
        }
    }
}
