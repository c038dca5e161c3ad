using Xunit;

namespace Headroom.Client.Tests.Estimates;

public sealed class OperationTests
{
    private const long Start = 4096;
    private static readonly OperationOptions Options = new() { StartBytes = Start };

    private static CancellationToken Token => BudgetFixture.Token;

    [Fact]
    public async Task AcquireAsync_NothingRecorded_AsksForTheStartSizeThenForWhatWasRecorded()
    {
        await using BudgetFixture fixture = await new BudgetFixture(0).OpenAsync();
        IOperation scan = fixture.Cache.Operation("scan", Options);

        for (int i = 0; i < 10; i++)
        {
            using EstimatedLease lease = await scan.AcquireAsync(Urgency.SafeToFail, Token);
            Assert.Equal(Start, lease.Bytes);
            Assert.Equal(Start, (await fixture.NextAskAsync()).Command.Bytes);
            lease.Record(2000);
        }

        using EstimatedLease learned = await scan.AcquireAsync(Urgency.SafeToFail, Token);

        Assert.Equal((2048, 2048), (scan.EstimateBytes, learned.Bytes));
    }

    [Fact]
    public async Task Operation_SameKey_IsTheSameHandleAndOtherSubsystemsHaveTheirOwn()
    {
        await using var fixture = new BudgetFixture();
        IOperation scan = fixture.Cache.Operation("scan", Options);

        Assert.Same(scan, fixture.Cache.Operation("scan"));
        Assert.NotSame(scan, fixture.Cache.Operation("sort"));
        Assert.NotSame(scan, fixture.Budget.Subsystem("journal").Operation("scan"));
        Assert.Equal(("scan", Start), (scan.Key, scan.EstimateBytes));
        Assert.Equal(1L << 20, fixture.Cache.Operation("sort").EstimateBytes);
    }

    [Fact]
    public async Task Operation_WhatCannotBe_IsAnErrorOfTheCaller()
    {
        await using var fixture = new BudgetFixture();

        Assert.Throws<ArgumentNullException>(() => fixture.Cache.Operation(null!));
        Assert.Throws<ArgumentException>(() => fixture.Cache.Operation(" "));
        Assert.Throws<ArgumentException>(() => fixture.Cache.Operation(new string('x', 257)));
        OperationOptions[] wrong =
        [
            new() { StartBytes = 0 },
            new() { StartBytes = (1L << 48) + 1 },
            new() { HalfLife = TimeSpan.FromMilliseconds(999) },
            new() { HalfLife = TimeSpan.FromDays(1.1) },
        ];
        Assert.All(
            wrong,
            options => Assert.Throws<ArgumentOutOfRangeException>(() => fixture.Cache.Operation("scan", options)));
        Assert.Throws<ArgumentOutOfRangeException>(() => fixture.Cache.Operation("a").TryAcquire((Urgency)4, out _));
    }

    [Fact]
    public async Task Operations_OneTooMany_ReplacesTheOneThatLearnedNothingForLongest()
    {
        await using BudgetFixture fixture = await CreditedAsync();
        IOperation first = fixture.Cache.Operation("0", Options);
        for (int i = 1; i < Operations.Most; i++)
        {
            fixture.Time.Advance(TimeSpan.FromTicks(1));
            fixture.Cache.Operation($"{i}", Options);
        }

        Assert.True(first.TryAcquire(Urgency.Optional, out EstimatedLease lease));
        lease.Record(1);
        lease.Dispose();
        IOperation second = fixture.Cache.Operation("1");
        fixture.Cache.Operation("one more");

        Assert.Same(first, fixture.Cache.Operation("0"));
        Assert.NotSame(second, fixture.Cache.Operation("1"));
        Assert.Equal(Start, second.EstimateBytes);
    }

    [Fact]
    public async Task TryAcquire_RecordAndDispose_AllocateNothing()
    {
        await using BudgetFixture fixture = await CreditedAsync();
        IOperation scan = fixture.Cache.Operation("scan", Options);
        Churn(scan, 1000);

        long before = GC.GetAllocatedBytesForCurrentThread();
        int granted = Churn(scan, 10_000);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal((10_000, 0), (granted, allocated));
    }

    [Fact]
    public async Task AcquireAsync_MustSucceed_NamesTheKeyAsItsReason()
    {
        await using BudgetFixture fixture = await new BudgetFixture(0).OpenAsync();

        using EstimatedLease lease =
            await fixture.Cache.Operation("commit", Options).AcquireAsync(Urgency.MustSucceed, Token);

        Assert.Equal("commit", (await fixture.NextAskAsync()).Command.Reason);
    }

    [Fact]
    public async Task AcquireAsync_EstimateCanNeverBeGranted_IsRefusedAndForgotten()
    {
        await using BudgetFixture fixture = await CreditedAsync();
        IOperation scan = fixture.Cache.Operation("scan", Options);
        Assert.True(scan.TryAcquire(Urgency.Optional, out EstimatedLease lease));
        lease.Record(long.MaxValue);
        lease.Dispose();
        fixture.Authority.Script.Enqueue(new LeaseDecision { Outcome = Outcome.Invalid, Detail = "Too much." });

        MemoryRefusedException refused = await Assert.ThrowsAsync<MemoryRefusedException>(
            () => scan.AcquireAsync(Urgency.SafeToFail, Token).AsTask());

        Assert.Equal((RefusalReason.NotEnoughMemory, 1L << 48), (refused.Reason, refused.RequestedBytes));
        Assert.Equal(Start, scan.EstimateBytes);
    }

    [Fact]
    public async Task AcquireAsync_RefusedForAHalfLife_StartsAgain()
    {
        await using BudgetFixture fixture = await CreditedAsync();
        IOperation scan = fixture.Cache.Operation("scan", Options with { HalfLife = TimeSpan.FromSeconds(1) });
        Assert.True(scan.TryAcquire(Urgency.Optional, out EstimatedLease lease));
        lease.Record(1 << 30);
        lease.Dispose();

        TimeSpan start = fixture.Authority.Now;
        while (scan.EstimateBytes != Start)
        {
            fixture.Authority.Script.Enqueue(new LeaseDecision { Outcome = Outcome.Refused });
            await Assert.ThrowsAsync<MemoryRefusedException>(
                () => scan.AcquireAsync(Urgency.SafeToFail, Token).AsTask());
            fixture.Time.Advance(TimeSpan.FromMilliseconds(100));
        }

        Assert.InRange(fixture.Authority.Now - start, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1.2));
    }

    /// <summary>A budget whose cache has credit for some leases.</summary>
    internal static async Task<BudgetFixture> CreditedAsync()
    {
        BudgetFixture fixture = await new BudgetFixture().OpenAsync();
        fixture.Cache.TryAcquire(50_000, Urgency.SafeToFail, out _);
        await fixture.UntilAsync(() => fixture.Budget.GetStatus().CreditBytes >= 100_000, "credit arrived");
        return fixture;
    }

    private static int Churn(IOperation scan, int times)
    {
        int granted = 0;
        for (int i = 0; i < times; i++)
        {
            if (scan.TryAcquire(Urgency.SafeToFail, out EstimatedLease lease))
            {
                granted++;
                lease.Record(3000);
                lease.Dispose();
            }
        }

        return granted;
    }
}
