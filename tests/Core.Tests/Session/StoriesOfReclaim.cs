using CsCheck;
using Xunit;

namespace Headroom.Core.Tests.Session;

public sealed class StoriesOfReclaim
{
    private readonly SessionScript _script = new();

    [Fact]
    public void Demand_LeasesAboveKeep_SaysHowManyAreAskedBackAndUntilWhen()
    {
        _script.OpenWith(1000);
        _script.Lease(200, Urgency.Optional);
        _script.Lease(300, Urgency.SafeToFail);
        _script.Lease(400, Urgency.RiskyToFail);

        _script.Order(_script.NextTurn(), 2, Asked(1000, Urgency.RiskyToFail, 350));

        Assert.Equal(
            new ReclaimDemand(Urgency.RiskyToFail, 150, 350, _script.Now + SessionScript.ReclaimWithin),
            _script.Core.Demand(_script.Cache));
    }

    [Fact]
    public void Demand_AskedAgainWithTheSame_KeepsItsDeadline()
    {
        _script.OpenWith(1000);
        _script.Lease(900, Urgency.Optional);
        _script.Order(_script.NextTurn(), 2, Asked(1000, Urgency.RiskyToFail, 350));
        TimeSpan until = _script.Core.Demand(_script.Cache)!.Value.Until;
        _script.Now += TimeSpan.FromSeconds(1);
        _script.Core.Nudge(_script.Picture.Session);
        _script.Order(_script.NextTurn(), 2, Asked(1000, Urgency.RiskyToFail, 350));

        Assert.Equal(until, _script.Core.Demand(_script.Cache)!.Value.Until);
    }

    [Fact]
    public void End_LeaseAskedBack_GoesBackWithAnExchangeAtOnceAndIsNoCreditMeanwhile()
    {
        _script.OpenWith(1000);
        HeldLease lease = _script.Lease(500, Urgency.Optional);
        _script.Lease(500, Urgency.RiskyToFail);
        _script.Order(_script.NextTurn(), 2, Asked(1000, Urgency.RiskyToFail, 0));
        TimeSpan before = _script.Now;

        lease.End();
        SessionTurn turn = _script.NextTurn();

        Assert.True(_script.Now - before < TimeSpan.FromMilliseconds(10), $"It waited {_script.Now - before}.");
        Assert.Equal(500, Assert.Single(turn.Exchange!.Holdings).TotalBytes);
        Assert.Empty(turn.Exchange.Wants);
        Assert.Null(_script.Core.Demand(_script.Cache));
    }

    [Fact]
    public void Demand_LeasesGrantedOneByOne_AreAskedBackToo()
    {
        _script.Open();
        LeaseAsk ask = _script.Ask(500);
        LeaseSlot slot = _script.Core.Accept(ask, 7, 1, null, _script.Now, out long token)!;
        _script.Order(_script.NextTurn(), 1, Asked(0, Urgency.MustSucceed, 100));
        Assert.Equal(400, _script.Core.Demand(_script.Cache)?.Bytes);

        slot.End(token, 500, CreditStripe.Nowhere);

        Assert.Null(_script.Core.Demand(_script.Cache));
        Assert.Equal([7L], _script.NextTurn().Exchange!.Released);
    }

    [Fact]
    public void Demand_WithdrawnOrSessionOver_IsNothing()
    {
        _script.OpenWith(1000);
        _script.Lease(900, Urgency.Optional);
        _script.Order(_script.NextTurn(), 2, Asked(1000, Urgency.RiskyToFail, 350));
        _script.Refuse(_script.NextTurn(), Outcome.RegisterAgain);
        Assert.Null(_script.Core.Demand(_script.Cache));
        _script.Open(2);
        Assert.Null(_script.Core.Demand(_script.Cache));
        _script.Order(_script.NextTurn(), 1, Asked(1000, Urgency.RiskyToFail, 350));
        Assert.NotNull(_script.Core.Demand(_script.Cache));

        _script.Order(_script.NextTurn(), 1, Asked(1000, Urgency.Optional, 0));

        Assert.Null(_script.Core.Demand(_script.Cache));
    }

    [Fact]
    public void Nudge_ThisSession_ExchangesAtOnceAndOnceForMany()
    {
        Guid session = _script.OpenWith(1000);
        _script.Order(_script.NextTurn(), 1, 1000);
        TimeSpan before = _script.Now;
        int wakes = _script.Wakes;

        _script.Core.Nudge(Guid.NewGuid());
        Assert.Equal(wakes, _script.Wakes);
        _script.Core.Nudge(session);
        _script.Core.Nudge(session);

        Assert.Equal(wakes + 1, _script.Wakes);
        _script.Order(_script.NextTurn(), 1, 1000);
        Assert.True(_script.Now - before < TimeSpan.FromMilliseconds(10));
        Assert.True(_script.Core.WakeAt() - _script.Now > TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void Nudge_WhileAnExchangeIsUnderWay_IsFollowedByAnother()
    {
        Guid session = _script.OpenWith(1000);
        SessionTurn turn = _script.NextTurn();
        _script.Core.Nudge(session);
        _script.Order(turn, 1, 1000);
        TimeSpan before = _script.Now;

        Assert.NotNull(_script.NextTurn().Exchange);
        Assert.True(_script.Now - before < TimeSpan.FromMilliseconds(10));
    }

    [Fact]
    public void Exchanged_Overdue_IsShownUntilItIsNot()
    {
        _script.OpenWith(1000);
        _script.Order(_script.NextTurn(), 1, Asked(1000, Urgency.Optional, 0), 0, true);
        Assert.True(_script.Picture.Overdue);
        _script.Order(_script.NextTurn(), 1, Asked(1000, Urgency.Optional, 0));
        Assert.False(_script.Picture.Overdue);
    }

    // A handler that ends what it is asked for, whatever that is, brings the session down to what it may keep, and
    // what came back is reported as gone.
    [Fact]
    public void Demand_HandlerComplies_LeasesComeDownToKeep()
        => Gen.Select(
            Gen.Select(Gen.Int[0, 3], Gen.Long[1, 400]).Array[1, 12], Gen.Int[1, 3], Gen.Long[0, 3000]).Sample(
            (leases, below, keep) =>
            {
                var script = new SessionScript();
                script.OpenWith(5000);
                var held = leases.Select(lease => script.Lease(lease.Item2, (Urgency)lease.Item1)).ToList();
                script.Order(script.NextTurn(), 2, Asked(5000, (Urgency)below, keep));
                while (script.Core.Demand(script.Cache) is { } ask)
                {
                    HeldLease first = held.First(lease => lease.Urgency < ask.Below);
                    first.End();
                    held.Remove(first);
                }

                SubsystemHolding holding = Assert.Single(script.NextTurn().Exchange!.Holdings);
                long left = 0;
                for (int level = 0; level < below; level++)
                {
                    left += holding.LeasedBytes[level];
                }

                Assert.True(left <= keep, $"{left} bytes are left.");
                Assert.Equal(0, holding.CreditBytes);
            });

    private static SubsystemShare Asked(long total, Urgency below, long keep)
        => new("cache", total, Urgency.MustSucceed) { ReclaimBelow = below, KeepBytes = keep };
}
