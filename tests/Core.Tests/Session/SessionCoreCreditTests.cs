using Xunit;

namespace Headroom.Core.Tests.Session;

public sealed class SessionCoreCreditTests
{
    private readonly SessionScript _script = new(
        new SessionLimits { MaxIdleCreditBytes = 100_000, MinSlabBytes = 1000, MaxDoubledSlabBytes = 32_000 });

    [Fact]
    public void Want_SlabUsedUpQuickly_DoublesAndThenGrowsByAQuarterUpToTheBound()
    {
        _script.Open();
        Assert.False(_script.TryLease(100, Urgency.Optional, out _));
        var slabs = new List<long>();
        long order = 0;
        for (int i = 0; i < 13; i++)
        {
            SessionTurn turn = _script.NextTurn();
            long total = Assert.Single(turn.Exchange!.Wants).TotalBytes;
            slabs.Add(total - _script.Picture.LeasedBytes.Total);
            _script.Order(turn, ++order, total);
            _script.Lease(_script.Picture.CreditBytes, Urgency.Optional);
        }

        Assert.Equal(
            [1000, 2000, 4000, 8000, 16_000, 32_000, 40_000, 50_000, 62_500, 78_125, 97_656, 100_000, 100_000], slabs);
    }

    [Fact]
    public void Want_NotMet_IsNotAskedAgainAtOnceAndDoesNotGrow()
    {
        _script.Open();
        _script.TryLease(100, Urgency.Optional, out _);
        TimeSpan last = TimeSpan.Zero;
        var pauses = new List<double>();
        for (int i = 0; i < 10; i++)
        {
            SessionTurn turn = _script.NextTurn();
            pauses.Add((turn.SentAt - last).TotalMilliseconds);
            last = turn.SentAt;
            Assert.Equal(1000, Assert.Single(turn.Exchange!.Wants).TotalBytes);
            _script.Order(turn, 0, 0);
            _script.TryLease(100, Urgency.Optional, out _);
        }

        Assert.Equal([10, 20, 40, 80, 160, 320, 640, 1000, 1000], pauses.Skip(1));
    }

    // Each such lease waits for another owner to take it in; a message would only say that it is here.
    [Fact]
    public async Task Want_OthersEndedWhatLacks_IsTakenInAndNotAskedFor()
    {
        const long Slab = 1 << 20;
        var script = new SessionScript(new SessionLimits { MinSlabBytes = Slab });
        script.OpenWith(Slab);
        int wakes = script.Wakes;
        for (int i = 0; i < 20; i++)
        {
            HeldLease lease = await Task.Factory.StartNew(
                () => script.Lease(Slab / 10),
                TestContext.Current.CancellationToken,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default);
            lease.End();
        }

        Assert.Equal(wakes, script.Wakes);
        script.Now += new SessionLimits().Spacing;
        Assert.Null(script.Step());
        Assert.Equal(Slab, script.Picture.CreditBytes);
    }

    // One small lease at a time, now and then: there must always be credit for the next.
    [Fact]
    public void Holdings_LittleUsed_ShrinkAndNeverToNothing()
    {
        _script.OpenWith(20_000);
        for (int i = 0; i < 50; i++)
        {
            HeldLease lease = _script.Lease(100);
            lease.End();
            SessionTurn turn = _script.NextTurn();
            long held = turn.Exchange!.Holdings.Sum(holding => holding.TotalBytes);
            Assert.InRange(held, 100, 20_000);
            _script.Order(turn, i + 2, held + turn.Exchange.Wants.Sum(want => want.TotalBytes - held));
        }

        Assert.True(_script.Picture.CreditBytes <= 1000, $"{_script.Picture.CreditBytes} bytes lie idle");
    }

    [Fact]
    public void Holdings_Idle_ShrinkToNothing()
    {
        _script.OpenWith(1000);
        long seen = 1000;
        for (int i = 0; i < 20 && seen > 0; i++)
        {
            SessionTurn turn = _script.NextTurn();
            long held = turn.Exchange!.Holdings.Sum(holding => holding.TotalBytes);
            Assert.True(held <= seen);
            seen = held;
            _script.Order(turn, 1, 1000);
        }

        Assert.Equal(0, seen);
        Assert.Equal(0, _script.Picture.CreditBytes);
    }

    [Fact]
    public void Holdings_ALittleUsedAllTheTime_SomeStays()
    {
        _script.OpenWith(1000);
        for (int i = 0; i < 20; i++)
        {
            HeldLease lease = _script.Lease(50);
            lease.End();
            _script.Order(_script.NextTurn(), 1, 1000);
        }

        Assert.InRange(_script.Picture.CreditBytes, 500, 1000);
    }

    [Fact]
    public void Holdings_ManyLeasesEnded_CreditIsGivenBackDownToTheBound()
    {
        _script.Open();
        _script.TryLease(50_000, Urgency.Optional, out _);
        _script.Order(_script.NextTurn(), 1, 1_000_000);
        HeldLease lease = _script.Lease(990_000);
        _script.Order(_script.NextTurn(), 1, 0);
        int wakes = _script.Wakes;

        lease.End();

        Assert.Equal(wakes + 1, _script.Wakes);
        TimeSpan before = _script.Now;
        SubsystemHolding kept = Assert.Single(_script.NextTurn().Exchange!.Holdings);
        Assert.True(kept.TotalBytes <= 100_000, $"{kept.TotalBytes} bytes are kept.");
        Assert.True(_script.Now - before < TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void Holdings_LeasesEndAndOthersStart_CreditStaysForThem()
    {
        _script.Open();
        _script.TryLease(10_000, Urgency.Optional, out _);
        _script.Order(_script.NextTurn(), 1, 60_000);
        HeldLease lease = _script.Lease(60_000);
        _script.Order(_script.NextTurn(), 2, 80_000);

        // More than the slab comes back and is used again, faster than anything ebbs.
        TimeSpan start = _script.Now;
        while (_script.Now < start + (4 * _script.Core.Limits.Ebb))
        {
            lease.End();
            Speak();
            _script.Now += _script.Core.Limits.Ebb / 4;
            lease = _script.Lease(60_000);
            Speak();
        }

        void Speak()
        {
            if (_script.Step() is { } turn)
            {
                Assert.Equal(80_000, Assert.Single(turn.Exchange!.Holdings).TotalBytes);
                _script.Order(turn, 2, 80_000);
            }
        }
    }

    [Fact]
    public void Want_ManySubsystems_AllTogetherStayWithinTheBound()
    {
        _script.Open();
        for (int i = 0; i < 10; i++)
        {
            Assert.False(_script.Core.Subsystem($"s{i}")!.TryTake(30_000, Urgency.Optional, Urgency.Optional, out _));
        }

        Assert.InRange(_script.NextTurn().Exchange!.Wants.Sum(want => want.TotalBytes), 90_000, 100_000);
    }

    [Fact]
    public void Subsystem_OneTooMany_IsNull()
    {
        for (int i = 0; i < SessionCore.MaxSubsystems - 1; i++)
        {
            Assert.NotNull(_script.Core.Subsystem($"s{i}"));
        }

        Assert.Null(_script.Core.Subsystem("more"));
        Assert.Same(_script.Cache, _script.Core.Subsystem("cache"));
    }

    [Fact]
    public void BeginClosing_LeasesHeld_GivesBackTheRestAndKeepsTheSession()
    {
        _script.OpenWith(1000);
        _script.Lease(300);
        _script.Core.BeginClosing();

        Assert.False(_script.TryLease(1, Urgency.MustSucceed, out _));
        Assert.Empty(_script.Core.SessionsToClose());
        Assert.Equal(300, Assert.Single(_script.Core.FinalExchange(_script.Now)!.Exchange!.Holdings).TotalBytes);
    }

    [Fact]
    public void BeginClosing_NothingHeld_NamesTheSessionToClose()
    {
        Guid session = _script.OpenWith(1000);
        _script.Core.BeginClosing();

        Assert.Equal([session], _script.Core.SessionsToClose());
    }
}
