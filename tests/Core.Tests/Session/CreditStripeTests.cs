using Xunit;

namespace Headroom.Core.Tests.Session;

public sealed class CreditStripeTests
{
    private const long DrawnBytes = 1 << 20;

    private readonly SessionScript _script = new();

    public CreditStripeTests()
    {
        Account.Draw(DrawnBytes);
        Account.Allow(0b1111);
        Account.Spread(true);
    }

    private CreditAccount Account => _script.Cache.Account;

    [Fact]
    public void TryLease_ManyHeldAtOnce_EachHasASlotAndSlotsAreUsedAnew()
    {
        var slots = new HashSet<LeaseSlot>();
        for (int round = 0; round < 20; round++)
        {
            HeldLease[] held = [.. Enumerable.Range(0, 300).Select(_ => Spread(10))];
            Assert.Equal(300, held.Select(lease => lease.Slot).Distinct().Count());
            Assert.Equal(3000, Account.LeasedWithin()[Urgency.SafeToFail]);
            slots.UnionWith(held.Select(lease => lease.Slot));
            foreach (HeldLease lease in held)
            {
                lease.End();
            }

            Account.AssertSettled();
            Assert.Equal(DrawnBytes, Account.CreditBytes);
        }

        Assert.InRange(slots.Count, 300, 600);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    [InlineData(DrawnBytes + 1)]
    public void TryLease_SizeThatAStripeDoesNotHave_IsNone(long bytes)
    {
        Spread(1).End();
        Assert.Null(_script.Cache.Stripes.TryLease(bytes, Urgency.SafeToFail, HeldLease.Place, out _));
        Assert.Null(_script.Cache.TryRefill(bytes, Urgency.SafeToFail, HeldLease.Place, out _, out _));
        Account.AssertSettled();
    }

    [Fact]
    public void Allow_LessThanBefore_TheNextLeaseOfThatUrgencyIsNone()
    {
        HeldLease held = Spread(10);
        Account.Allow(1 << (int)Urgency.RiskyToFail);

        Assert.False(_script.TryLease(10, Urgency.SafeToFail, out _));
        Assert.True(_script.TryLease(10, Urgency.RiskyToFail, out _));

        held.End();
        Account.Allow(0b1111);
        Assert.IsType<StripeSlot>(Spread(10).Slot);
    }

    [Fact]
    public async Task End_ByAnotherThread_BytesAreCreditAgainOnce()
    {
        HeldLease[] held = [.. Enumerable.Range(0, 500).Select(_ => Spread(1000))];
        await OnAnotherThreadAsync(() => Array.ForEach(held, lease => lease.End()));
        Array.ForEach(held, lease => lease.End());

        Assert.DoesNotContain(held, lease => lease.IsHeld);
        Account.AssertSettled();
        Assert.Equal(DrawnBytes, Account.CreditBytes);
    }

    // Otherwise the authority is asked for bytes that are here.
    [Fact]
    public async Task TryTake_WhatIsLackingWaitsForItsStripesOwner_IsTakenIn()
    {
        HeldLease[] held = [Spread(1000), Spread(1000)];
        await OnAnotherThreadAsync(() => Array.ForEach(held, lease => lease.End()));
        Assert.Equal(DrawnBytes - 2000, Account.CreditBytes);

        Assert.True(
            _script.Cache.TryTake(DrawnBytes, Urgency.Optional, Urgency.Optional, out CreditAccount account));

        account.GiveBack(DrawnBytes, Urgency.Optional);
        Account.AssertSettled();
    }

    [Fact]
    public async Task Tidy_TheirThreadEnded_StripesGoWithTheirCredit()
    {
        await OnAnotherThreadAsync(() => Spread(10).End());
        HeldLease own = Spread(10);

        Account.Tidy();
        Account.Tidy();

        Assert.Equal(1, Account.StripeCount);
        own.End();
        Account.Tidy();
        Account.Tidy();
        Assert.Equal(0, Account.StripeCount);
        Assert.Equal(DrawnBytes, Account.CreditBytes);
        Assert.Equal(2, _script.Cache.Stripes.Count()[Urgency.SafeToFail]);
        Assert.IsType<StripeSlot>(Spread(10).Slot);
    }

    // Otherwise the account that follows finds its place taken by a stripe that is not its own, and loses what it puts
    // there.
    [Fact]
    public async Task TryRefill_TheAccountRetiresMeanwhile_ItsPlaceIsLeftToTheNext()
    {
        nuint place = 1 << 12;
        using var comes = new ManualResetEventSlim();
        Thread? late = null;
        Task<StripeSlot?> refill;
        lock (_script.Cache.Stripes.Lock)
        {
            refill = Task.Factory.StartNew(
                () =>
                {
                    late = Thread.CurrentThread;
                    comes.Set();
                    return Account.TryRefill(10, Urgency.Optional, place, out _, out _);
                },
                TestContext.Current.CancellationToken,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default);
            comes.Wait(TestContext.Current.CancellationToken);
            Assert.True(SpinWait.SpinUntil(
                () => (late!.ThreadState & ThreadState.WaitSleepJoin) != 0, TimeSpan.FromSeconds(30)));
            Account.Retire();
        }

        Assert.Null(await refill);
        Assert.Null(_script.Cache.Stripes.Find(CreditStripe.KeyOf(place, Urgency.Optional)));
    }

    [Fact]
    public void Picture_LeasesFromStripesAndFromTheRest_CountsEach()
    {
        for (int i = 0; i < 100; i++)
        {
            Spread(1).End();
            _script.Lease(1, Urgency.Optional).End();
            _script.Lease(1, Urgency.MustSucceed).End();
        }

        Assert.Equal(new ByUrgency(100, 100, 0, 0), _script.Cache.Stripes.Count());
        Assert.Equal(300, _script.Picture.Leases);
    }

    [Fact]
    public void Spread_MoreStripesThanThereMayBe_TheOthersShare()
    {
        for (int i = 1; i <= StripeTable.MaxStripes + 100; i++)
        {
            nuint place = (nuint)i << 12;
            StripeSlot? slot = _script.Cache.TryRefill(1, Urgency.Optional, place, out long token, out _);
            Assert.True(slot is not null || i > 64, $"The stripe {i} is none.");
            slot?.End(token, 1, place);
        }

        Assert.InRange(Account.StripeCount, 64, StripeTable.MaxStripes);
        Account.AssertSettled();
        Assert.Equal(DrawnBytes, Account.CreditBytes);
        Assert.True(_script.TryLease(DrawnBytes, Urgency.Optional, out _));
    }

    private HeldLease Spread(long bytes)
    {
        HeldLease lease = _script.Lease(bytes);
        Assert.IsType<StripeSlot>(lease.Slot);
        return lease;
    }

    private static Task OnAnotherThreadAsync(Action action) => Task.Factory.StartNew(
        action, TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
