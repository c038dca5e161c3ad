using Xunit;

namespace Headroom.Core.Tests.Session;

public sealed class SessionCoreLeaseTests
{
    private readonly SessionScript _script = new();

    [Fact]
    public void Accept_Granted_IsReleasedByIdUntilAcknowledged()
    {
        _script.Open();
        _script.Order(_script.NextTurn(), 0, 0);
        LeaseAsk ask = _script.Ask(500);
        LeaseSlot slot = _script.Core.Accept(ask, 77, 1, null, _script.Now, out long token)!;
        Assert.Equal(500, _script.Picture.LeasedBytes[Urgency.RiskyToFail]);

        slot.End(token, 0, CreditStripe.Nowhere);
        SessionTurn unheard = _script.NextTurn();
        _script.Core.Failed(unheard, _script.Now, 0.5);
        SessionTurn heard = _script.NextTurn();
        _script.Order(heard, 0, 0);

        Assert.Equal([77L], unheard.Exchange!.Released);
        Assert.Equal([77L], heard.Exchange!.Released);
        Assert.Empty(_script.NextTurn().Exchange!.Released);
    }

    [Fact]
    public void Accept_SessionReopenedMeanwhile_IsNoLease()
    {
        _script.Open();
        LeaseAsk ask = _script.Ask(500);
        _script.Refuse(_script.NextTurn(), Outcome.RegisterAgain);
        Assert.Null(_script.Core.Accept(ask, 77, 1, null, _script.Now, out _));
        _script.Open(2);

        Assert.Null(_script.Core.Accept(ask, 77, 1, null, _script.Now, out _));
        Assert.Equal(0, _script.Picture.LeasedBytes.Total);
    }

    [Fact]
    public void Accept_OverByTheClientsClock_IsNoLease()
    {
        _script.Open();
        LeaseAsk ask = _script.Ask(500);
        _script.Now += SessionScript.Ttl;

        Assert.Null(_script.Core.Accept(ask, 77, 1, null, _script.Now, out _));
    }

    [Fact]
    public void End_LeaseOfAnEarlierOpening_GoesToCreditAndNotByItsId()
    {
        _script.Open();
        LeaseSlot slot = _script.Core.Accept(_script.Ask(500), 77, 1, null, _script.Now, out long token)!;
        _script.Refuse(_script.NextTurn(), Outcome.RegisterAgain);
        SessionTurn open = _script.NextTurn();
        Assert.Equal(
            new SubsystemHolding("cache", 0, ByUrgency.Of(Urgency.RiskyToFail, 500)),
            Assert.Single(open.Open!.Holdings));
        _script.Answer(open, Outcome.Granted, 2);

        slot.End(token, 0, CreditStripe.Nowhere);

        Assert.Equal(500, _script.Picture.CreditBytes);
        Assert.Empty(_script.NextTurn().Exchange!.Released);
    }

    [Fact]
    public void Abandon_Asked_IsToldUntilAcknowledged()
    {
        _script.Open();
        LeaseAsk ask = _script.Ask(500);
        _script.Core.Abandon(ask);
        SessionTurn first = _script.NextTurn();
        _script.Order(first, 0, 0);

        Assert.Equal([ask.Command.RequestId], first.Exchange!.Cancelled);
        Assert.Empty(_script.NextTurn().Exchange!.Cancelled);
    }

    [Fact]
    public void Dismiss_Refused_IsToldWithTheNextExchangeWhichDoesNotComeSoonerForIt()
    {
        _script.Open();
        _script.Order(_script.NextTurn(), 0, 0);
        LeaseAsk ask = _script.Ask(500);
        TimeSpan due = _script.Core.WakeAt();

        _script.Core.Dismiss(ask);

        Assert.Equal(due, _script.Core.WakeAt());
        SessionTurn next = _script.NextTurn();
        Assert.Equal([ask.Command.RequestId], next.Exchange!.Cancelled);
        _script.Order(next, 0, 0);
        Assert.Empty(_script.NextTurn().Exchange!.Cancelled);
    }

    [Fact]
    public void Dismiss_VeryMany_AreToldSoon()
    {
        _script.Open();
        _script.Order(_script.NextTurn(), 0, 0);
        for (int i = 0; i < SessionCore.MaxIdsPerExchange; i++)
        {
            _script.Core.Dismiss(_script.Ask(500));
        }

        TimeSpan before = _script.Now;
        Assert.Equal(SessionCore.MaxIdsPerExchange, _script.NextTurn().Exchange!.Cancelled.Count);
        Assert.True(_script.Now - before <= _script.Core.Limits.Spacing);
    }

    [Fact]
    public void End_TwiceAndAfterReuse_EndsOnlyItsOwnLease()
    {
        _script.OpenWith(1000);
        HeldLease first = _script.Lease(300, Urgency.Optional);
        first.End();
        HeldLease later = _script.Lease(400, Urgency.Optional);
        for (int i = 0; i < 1000 && later.Slot != first.Slot; i++)
        {
            later.End();
            later = _script.Lease(400, Urgency.Optional);
        }

        Assert.Same(first.Slot, later.Slot);

        first.End();

        Assert.False(first.IsHeld);
        Assert.True(later.IsHeld);
        Assert.Equal(400, _script.Picture.LeasedBytes[Urgency.Optional]);
        Assert.Equal(600, _script.Picture.CreditBytes);
    }

    [Fact]
    public void Ask_NoSession_IsNull()
        => Assert.Null(_script.Core.Ask(_script.Cache, _script.NewId(), 1, Urgency.Optional, "", false, _script.Now));
}
