using Xunit;

namespace Headroom.Core.Tests.Session;

/// <summary>Credit must not lie idle here while a request of the same subsystem waits at the authority.</summary>
public sealed class StoriesOfRequestsThatWait
{
    private readonly SessionScript _script = new();

    [Fact]
    public void RequestWaits_CreditIsIdle_GoesBackAtOnceAsFarAsItIsAskedFor()
    {
        _script.OpenWith(1000);
        _script.Core.RequestWaits(_script.Cache, 600);

        Assert.Equal(400, Assert.Single(NextAtOnce().Exchange!.Holdings).TotalBytes);
        Assert.Equal(400, _script.Picture.CreditBytes);
    }

    [Fact]
    public void RequestWaits_LeaseFromCreditEnds_ItsBytesGoBackAtOnce()
    {
        _script.OpenWith(1000);
        HeldLease lease = _script.Lease(1000);
        _script.Core.RequestWaits(_script.Cache, 3000);
        Settle();

        lease.End();

        SessionTurn turn = NextAtOnce();
        Assert.Equal(0, Assert.Single(turn.Exchange!.Holdings).TotalBytes);
        Assert.Empty(turn.Exchange.Wants);
    }

    [Fact]
    public void RequestWaits_OwnCreditDoesNotSuffice_OtherSubsystemsGiveTheRest()
    {
        _script.OpenWith(1000);
        SubsystemCredit journal = _script.Core.Subsystem("journal")!;

        _script.Core.RequestWaits(journal, 600);

        SessionTurn turn = NextAtOnce();
        Assert.Equal(400, turn.Exchange!.Holdings.Sum(holding => holding.TotalBytes));
        Assert.Equal(400, _script.Picture.CreditBytes);
    }

    [Fact]
    public void RequestWaits_EmergencyCreditIsIdle_StaysThere()
    {
        _script.OpenWith(1000);
        var share = new SubsystemShare("cache", 1000, Urgency.MustSucceed) { EmergencyBytes = 300 };
        _script.Core.Nudge(_script.Picture.Session);
        _script.Order(_script.NextTurn(), 1, share);

        _script.Core.RequestWaits(_script.Cache, 5000);

        Assert.Equal(300, Assert.Single(NextAtOnce().Exchange!.Holdings).TotalBytes);
        Assert.Equal(300, _script.Picture.EmergencyBytes);
    }

    [Fact]
    public void RequestOver_CreditComesBack_StaysAndIsWantedAgain()
    {
        _script.OpenWith(1000);
        HeldLease lease = _script.Lease(1000);
        _script.Core.RequestWaits(_script.Cache, 3000);
        _script.Core.RequestOver(_script.Cache, 3000);
        lease.End();
        _script.Order(_script.NextTurn(), 2, 1000);

        Assert.Equal(1000, _script.Picture.CreditBytes);
        _script.Lease(1000);
        Assert.Single(_script.NextTurn().Exchange!.Wants);
    }

    // Sooner than any renewal.
    private SessionTurn NextAtOnce()
    {
        TimeSpan before = _script.Now;
        SessionTurn turn = _script.NextTurn();
        Assert.True(_script.Now - before < TimeSpan.FromMilliseconds(10), $"It waited {_script.Now - before}.");
        return turn;
    }

    // Until there is nothing to say before the renewal.
    private void Settle()
    {
        while (_script.Core.WakeAt() - _script.Now < TimeSpan.FromSeconds(1))
        {
            SessionTurn turn = _script.NextTurn();
            Assert.Empty(turn.Exchange!.Wants);
            _script.Order(turn, 1, 1000);
        }
    }
}
