using CsCheck;
using Headroom.Contracts;
using Headroom.Support;
using Xunit;

namespace Headroom.Remote.Tests;

/// <summary>Remote memory beside an array of this process, which it must not be told from.</summary>
public sealed class RemoteMemoryModelTests
{
    // Three frames and a bit, so that transfers are split, and split ones overlap.
    private const int Size = (3 * RemoteMemory.FrameBytes) + 4_097;
    private const int Seeds = 30;
    private const int Steps = 60;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task ReadsAndWrites_OneAfterTheOther_AreThoseOfAnArray(int replicas)
    {
        await using Lender lender = await Lender.StartAsync();
        long number = 0;
        await Check.SampleAsync(
            Gen.Select(Gen.Int[0, Size], Gen.Int[0, Size], Gen.Int[0, 9]).Array[Steps],
            async steps =>
            {
                (Loan loan, _) = await BorrowAsync(lender, replicas, n => n, () => ++number);
                await using RemoteMemory memory = await Borrower.OpenAsync(loan);
                byte[] model = new byte[Size];
                for (int i = 0; i < steps.Length; i++)
                {
                    await StepAsync(memory, model, i, steps[i]);
                }

                await AssertSameAsync(memory, model);
                Free(lender, loan);
            },
            iter: Seeds,
            threads: 1);
    }

    // Cut again and again, in the middle of whatever is under way: nothing is lost, nothing is doubled, and what two
    // writes left at one place is the same on both.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task ReadsAndWrites_OverLinesThatAreCut_LoseNothing(int replicas)
    {
        await using Lender lender = await Lender.StartAsync();
        var lines = new List<Line>();
        long number = 0;
        (Loan loan, LoanPart[] straight) = await BorrowAsync(
            lender, replicas, part =>
            {
                lines.Add(Line.To(part));
                return lines[^1].Part;
            }, () => ++number);
        RemoteMemory memory = await Borrower.OpenAsync(loan);
        byte[] model = new byte[Size];
        var random = new Random(11);
        for (int round = 0; round < 40; round++)
        {
            // Each writer has a part of its own; within it the order is known.
            const int Writers = 8;
            const int Own = Size / Writers;
            Task writes = Task.WhenAll(Enumerable.Range(0, Writers).Select(async writer =>
            {
                for (int i = 0; i < 4; i++)
                {
                    byte[] bytes = new byte[Own - (i * 1_000)];
                    Array.Fill(bytes, (byte)(round + i + writer));
                    await memory.WriteAsync(writer * Own, bytes, Cancel);
                    bytes.CopyTo(model, writer * Own);
                    byte[] back = new byte[Own];
                    await memory.ReadAsync(writer * Own, back, Cancel);
                    Assert.True(back.AsSpan().SequenceEqual(model.AsSpan(writer * Own, Own)));
                }
            }));
            lines[random.Next(lines.Count)].Cut();
            await writes;
        }

        await AssertSameAsync(memory, model);
        Assert.Equal(0, memory.ReplicasLost);
        Assert.All(lines, line => Assert.True(line.Connections > 5, $"{line.Connections} connections"));
        await memory.DisposeAsync();
        foreach (Line line in lines)
        {
            await line.DisposeAsync();
        }

        foreach (LoanPart part in straight)
        {
            await using RemoteMemory one = await Borrower.OpenAsync(Lender.Loan(Size, part));
            await AssertSameAsync(one, model);
        }
    }

    [Fact]
    public async Task Writes_ToOnePlaceAtOnce_LeaveTheSameOnBothReplicas()
    {
        await using Lender lender = await Lender.StartAsync();
        long number = 0;
        var lines = new List<Line>();
        (Loan loan, LoanPart[] parts) = await BorrowAsync(
            lender, 2, part =>
            {
                lines.Add(Line.To(part));
                return lines[^1].Part;
            }, () => ++number);
        RemoteMemory memory = await Borrower.OpenAsync(loan);
        for (int round = 0; round < 10; round++)
        {
            Task writes = Task.WhenAll(Enumerable.Range(1, 20).Select(i => Task.Run(async () =>
            {
                byte[] bytes = new byte[Size - i];
                Array.Fill(bytes, (byte)i);
                await memory.WriteAsync(i, bytes, Cancel);
            })));
            lines[round % 2].Cut();
            await writes;
        }

        await memory.DisposeAsync();
        foreach (Line line in lines)
        {
            await line.DisposeAsync();
        }

        byte[][] replicas = [new byte[Size], new byte[Size]];
        for (int i = 0; i < 2; i++)
        {
            await using RemoteMemory one = await Borrower.OpenAsync(Lender.Loan(Size, parts[i]));
            await one.CopyToAsync(replicas[i], Cancel);
        }

        Assert.True(replicas[0].AsSpan().SequenceEqual(replicas[1]));
        Assert.Equal(-1, replicas[0].AsSpan(20).IndexOf((byte)0));
    }

    private static async Task StepAsync(RemoteMemory memory, byte[] model, int step, (int A, int B, int Kind) what)
    {
        int from = Math.Min(what.A, what.B);
        int length = Math.Abs(what.A - what.B);

        // Mostly small ones, as their users make.
        length = what.Kind < 7 ? Math.Min(length, 5_000) : length;
        byte[] bytes = new byte[length];
        if (what.Kind % 2 == 0)
        {
            new Random(step).NextBytes(bytes);
            await memory.WriteAsync(from, bytes, Cancel);
            bytes.CopyTo(model, from);
        }
        else
        {
            await memory.ReadAsync(from, bytes, Cancel);
            Assert.True(bytes.AsSpan().SequenceEqual(model.AsSpan(from, length)), $"{length} bytes at {from}");
        }
    }

    private static async Task AssertSameAsync(RemoteMemory memory, byte[] model)
    {
        byte[] all = new byte[Size];
        await memory.CopyToAsync(all, Cancel);
        Assert.Equal(-1, all.AsSpan().CommonPrefixLength(model) is var same && same == Size ? -1 : same);
    }

    private static async Task<(Loan Loan, LoanPart[] Straight)> BorrowAsync(
        Lender lender, int replicas, Func<LoanPart, LoanPart> through, Func<long> number)
    {
        var parts = new LoanPart[replicas];
        for (int i = 0; i < replicas; i++)
        {
            parts[i] = await lender.LendAsync(number(), Size);
        }

        return (Lender.Loan(Size, [.. parts.Select(through)]), parts);
    }

    private static void Free(Lender lender, Loan loan)
    {
        foreach (LoanPart part in loan.Parts)
        {
            lender.Memory.Free(part.Loan.Number);
        }
    }
}
