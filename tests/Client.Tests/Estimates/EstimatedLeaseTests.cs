using Xunit;

namespace Headroom.Client.Tests.Estimates;

public sealed class EstimatedLeaseTests
{
    private const long Start = 4096;

    private static CancellationToken Token => BudgetFixture.Token;

    [Fact]
    public async Task Dispose_ThroughCopies_GivesBackAndLearnsOnce()
    {
        await using BudgetFixture fixture = await OperationTests.CreditedAsync();
        (IOperation scan, EstimatedLease lease) = Leased(fixture);
        EstimatedLease copy = lease;
        Assert.True(copy == lease && copy.IsAcquired);
        lease.Record(100_000);
        lease.Record(10);

        lease.Dispose();
        copy.Dispose();
        copy.Record(1 << 30);
        Assert.False(copy.TryGrow(1));

        Assert.Equal((false, 0), (copy.IsAcquired, copy.Bytes));
        Assert.Equal(0, Leases(fixture));
        Assert.Equal(DecayingHistogram.CountsAs(100_000), scan.EstimateBytes);
    }

    [Fact]
    public void Default_IsNoLease()
    {
        EstimatedLease none = default;

        none.Dispose();
        none.Record(1);
        Assert.Equal((false, 0, false), (none.IsAcquired, none.Bytes, none.TryGrow(1)));
        Assert.Throws<ObjectDisposedException>(() => { _ = none.GrowAsync(1, Token).AsTask(); });
        Assert.Throws<ObjectDisposedException>(() => { _ = none.RestartAsync(Token).AsTask(); });
    }

    [Fact]
    public async Task Dispose_NothingRecorded_TeachesNothing()
    {
        await using BudgetFixture fixture = await OperationTests.CreditedAsync();
        (IOperation scan, EstimatedLease lease) = Leased(fixture);

        lease.Dispose();

        Assert.Equal(Start, scan.EstimateBytes);
    }

    [Fact]
    public async Task TryGrow_CreditSuffices_IsPartOfTheLeaseAndLearned()
    {
        await using BudgetFixture fixture = await OperationTests.CreditedAsync();
        (IOperation scan, EstimatedLease lease) = Leased(fixture);

        Assert.True(lease.TryGrow(10_000));
        Assert.True(lease.TryGrow(10_000));

        Assert.Equal((Start + 20_000, Start + 20_000), (lease.Bytes, Leases(fixture)));
        lease.Dispose();
        Assert.Equal((0, DecayingHistogram.CountsAs(Start + 20_000)), (Leases(fixture), scan.EstimateBytes));
    }

    [Fact]
    public async Task TryGrow_Refused_NothingChangesButTheNeedIsLearned()
    {
        await using BudgetFixture fixture = await OperationTests.CreditedAsync();
        (IOperation scan, EstimatedLease lease) = Leased(fixture);

        Assert.False(lease.TryGrow(1 << 30));
        Assert.Equal(Start, lease.Bytes);
        lease.Record(Start);
        lease.Dispose();

        Assert.Equal(DecayingHistogram.CountsAs((1 << 30) + Start), scan.EstimateBytes);
    }

    [Fact]
    public async Task TryGrow_GrantedAndLessWasUsed_WhatWasRecordedCounts()
    {
        await using BudgetFixture fixture = await OperationTests.CreditedAsync();
        (IOperation scan, EstimatedLease lease) = Leased(fixture);
        Assert.True(lease.TryGrow(30_000));

        lease.Record(9000);
        lease.Dispose();

        Assert.Equal(DecayingHistogram.CountsAs(9000), scan.EstimateBytes);
    }

    [Fact]
    public async Task GrowAsync_NoCredit_AsksTheAuthorityAtTheSameUrgency()
    {
        await using BudgetFixture fixture = await OperationTests.CreditedAsync();
        (_, EstimatedLease lease) = Leased(fixture);

        await lease.GrowAsync(400_000, Token);

        LeaseAsk ask = await fixture.NextAskAsync();
        Assert.Equal((400_000, Urgency.SafeToFail), (ask.Command.Bytes, ask.Command.Urgency));
        Assert.Equal(400_000 + Start, lease.Bytes);
        lease.Dispose();
        Assert.Equal(0, Leases(fixture));
    }

    [Fact]
    public async Task GrowAsync_Refused_TheLeaseIsAsItWas()
    {
        await using BudgetFixture fixture = await OperationTests.CreditedAsync();
        (_, EstimatedLease lease) = Leased(fixture);
        fixture.Authority.Script.Enqueue(new LeaseDecision { Outcome = Outcome.Refused });

        await Assert.ThrowsAsync<MemoryRefusedException>(() => lease.GrowAsync(400_000, Token).AsTask());

        Assert.Equal((true, Start), (lease.IsAcquired, lease.Bytes));
        Assert.Throws<ArgumentOutOfRangeException>(() => { _ = lease.GrowAsync(0, Token).AsTask(); });
        lease.Dispose();
    }

    [Fact]
    public async Task GrowAsync_DisposedMeanwhile_WhatArrivesGoesBack()
    {
        await using BudgetFixture fixture = await OperationTests.CreditedAsync();
        (IOperation scan, EstimatedLease lease) = Leased(fixture, Urgency.MustSucceed);
        fixture.Authority.Mode = FakeAuthority.Behaviour.LoseAnswer;
        Task grown = lease.GrowAsync(400_000, Token).AsTask();
        await fixture.NextAskAsync();

        lease.Dispose();
        EstimatedLease next = Again(scan);
        fixture.Authority.Mode = FakeAuthority.Behaviour.Answer;
        await fixture.UntilAsync(() => grown.IsCompleted, "the second try was answered");

        await Assert.ThrowsAsync<ObjectDisposedException>(() => grown);
        Assert.Equal((Start, Start), (next.Bytes, Leases(fixture)));
        next.Dispose();
    }

    [Fact]
    public async Task RestartAsync_TooSmall_GivesAllBackAndAsksForTwiceAsMuch()
    {
        await using BudgetFixture fixture = await new BudgetFixture(0).OpenAsync();
        IOperation scan = fixture.Cache.Operation("scan", new OperationOptions { StartBytes = Start });
        using EstimatedLease lease = await scan.AcquireAsync(Urgency.SafeToFail, Token);

        await lease.RestartAsync(Token);
        await lease.RestartAsync(Token);

        LeaseAsk[] asks = [await fixture.NextAskAsync(), await fixture.NextAskAsync(), await fixture.NextAskAsync()];
        Assert.Equal([Start, Start * 2, Start * 4], asks.Select(ask => ask.Command.Bytes));
        Assert.Equal((Start * 4, Start * 4), (lease.Bytes, Leases(fixture)));
        Assert.Equal(Start, scan.EstimateBytes);
        lease.Record(Start * 3);
        lease.Dispose();
        Assert.Equal(Start * 3, scan.EstimateBytes);
    }

    [Fact]
    public async Task RestartAsync_Refused_HoldsNothingAndMayBeTriedAgain()
    {
        await using BudgetFixture fixture = await new BudgetFixture(0).OpenAsync();
        IOperation scan = fixture.Cache.Operation("scan", new OperationOptions { StartBytes = Start });
        using EstimatedLease lease = await scan.AcquireAsync(Urgency.SafeToFail, Token);
        fixture.Authority.Script.Enqueue(new LeaseDecision { Outcome = Outcome.Invalid });

        MemoryRefusedException refused =
            await Assert.ThrowsAsync<MemoryRefusedException>(() => lease.RestartAsync(Token).AsTask());

        Assert.Equal((Start * 2, 0, 0, true), (refused.RequestedBytes, lease.Bytes, Leases(fixture), lease.IsAcquired));
        await lease.RestartAsync(Token);
        Assert.Equal(Start * 2, lease.Bytes);
        lease.Dispose();
        Assert.Equal(Start * 2, scan.EstimateBytes);
    }

    [Fact]
    public async Task RestartAsync_GivenUp_TeachesNothing()
    {
        await using BudgetFixture fixture = await new BudgetFixture(0).OpenAsync();
        IOperation scan = fixture.Cache.Operation("scan", new OperationOptions { StartBytes = Start });
        using EstimatedLease lease = await scan.AcquireAsync(Urgency.SafeToFail, Token);
        await fixture.NextAskAsync();
        fixture.Authority.Mode = FakeAuthority.Behaviour.LoseCall;
        using var gaveUp = new CancellationTokenSource();
        Task restarted = lease.RestartAsync(gaveUp.Token).AsTask();
        await fixture.NextAskAsync();
        await gaveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => restarted);

        lease.Dispose();

        Assert.Equal(0, ((Subsystem)fixture.Cache).Estimates.LeasedBytes);
    }

    // As a section that reserves, runs, and runs again with twice as much when that was too little.
    [Fact]
    public async Task Restart_NeedRoseForAll_EveryoneAsksForItAfterAFewAndLessWhenItFell()
    {
        await using BudgetFixture fixture = await new BudgetFixture(0).OpenAsync();
        IOperation scan = fixture.Cache.Operation(
            "scan", new OperationOptions { StartBytes = Start, HalfLife = TimeSpan.FromSeconds(1) });
        Assert.Equal(4, await RunAsync(scan, 30_000));
        Assert.Equal(1, await RunAsync(scan, 30_000));

        for (int second = 0; second < 9; second++)
        {
            for (int i = 0; i < 20; i++)
            {
                await RunAsync(scan, 2000);
            }

            await fixture.UntilAsync(() => fixture.ChargedBytes == 0, "all went back");
            fixture.Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(2048, scan.EstimateBytes);
    }

    [Fact]
    public async Task GrowRestartAndDispose_FromManyThreads_NoByteIsLost()
    {
        await using BudgetFixture fixture = await OperationTests.CreditedAsync();
        IOperation scan = fixture.Cache.Operation("scan", new OperationOptions { StartBytes = 100 });
        EstimatedLease shared = default;
        Lock turn = new();
        Task[] workers =
        [
            .. Enumerable.Range(0, 4).Select(seed => Task.Run(async () =>
            {
                var chance = new Random(seed);
                for (int i = 0; i < 3000; i++)
                {
                    EstimatedLease seen;
                    lock (turn)
                    {
                        if (!shared.IsAcquired && scan.TryAcquire(Urgency.SafeToFail, out EstimatedLease fresh))
                        {
                            shared = fresh;
                        }

                        seen = shared;
                    }

                    switch (chance.Next(8))
                    {
                        case 0:
                            seen.Dispose();
                            break;
                        case 1:
                            await IgnoreAsync(() => seen.RestartAsync(Token));
                            break;
                        case 2:
                            await IgnoreAsync(() => seen.GrowAsync(1 + chance.Next(100), Token));
                            break;
                        case 3:
                            seen.Record(chance.Next(200));
                            break;
                        default:
                            seen.TryGrow(1 + chance.Next(100));
                            break;
                    }
                }
            })),
        ];
        Task all = Task.WhenAll(workers);
        await fixture.UntilAsync(() => all.IsCompleted, "all ended");
        await all;

        Assert.Equal(shared.Bytes, Leases(fixture));
        shared.Dispose();
        Assert.Equal(0, Leases(fixture));
    }

    private static async Task IgnoreAsync(Func<ValueTask> act)
    {
        try
        {
            await act();
        }
        catch (Exception e) when (e is ObjectDisposedException or MemoryRefusedException)
        {
            // Another thread was quicker, or there is too little by now.
            return;
        }
    }

    private static async Task<int> RunAsync(IOperation scan, long needs)
    {
        using EstimatedLease lease = await scan.AcquireAsync(Urgency.SafeToFail, Token);
        int tries = 1;
        for (; lease.Bytes < needs; tries++)
        {
            await lease.RestartAsync(Token);
        }

        lease.Record(needs);
        return tries;
    }

    private static (IOperation Scan, EstimatedLease Lease) Leased(
        BudgetFixture fixture, Urgency urgency = Urgency.SafeToFail)
    {
        IOperation scan = fixture.Cache.Operation("scan", new OperationOptions { StartBytes = Start });
        Assert.True(scan.TryAcquire(urgency, out EstimatedLease lease));
        return (scan, lease);
    }

    private static EstimatedLease Again(IOperation scan)
    {
        Assert.True(scan.TryAcquire(Urgency.SafeToFail, out EstimatedLease lease));
        return lease;
    }

    private static long Leases(BudgetFixture fixture) => fixture.Budget.GetStatus().LeasedBytes.Sum();
}
