using CsCheck;
using Xunit;

namespace Headroom.Core.Tests.Session;

public sealed class StoriesOfEmergencyCredit
{
    private readonly SessionScript _script = new();

    [Fact]
    public void TryTake_BelowMustSucceed_LeavesEmergencyCreditAlone()
    {
        OpenWith(1000, 300);

        Assert.False(_script.TryLease(701, Urgency.RiskyToFail, out _));
        Assert.True(_script.TryLease(700, Urgency.RiskyToFail, out _));
        Assert.False(_script.TryLease(1, Urgency.Optional, out _));
        Assert.True(_script.TryLease(300, Urgency.MustSucceed, out _));
    }

    [Fact]
    public void Holdings_EmergencyCredit_IsReportedApartAndNotGivenBackAsIdle()
    {
        OpenWith(1000, 300);
        SubsystemHolding holding = default;
        for (int i = 0; i < 20; i++)
        {
            SessionTurn turn = _script.NextTurn();
            holding = Assert.Single(turn.Exchange!.Holdings);
            _script.Order(turn, 1, Share(1000, 300));
        }

        Assert.Equal(new SubsystemHolding("cache", 0, default) { EmergencyBytes = 300 }, holding);
        Assert.Equal((0, 300), (_script.Picture.CreditBytes, _script.Picture.EmergencyBytes));
    }

    [Fact]
    public void End_LeaseBelowMustSucceed_FillsTheStoreBeforeItIsCredit()
    {
        OpenWith(1000, 300);
        HeldLease lease = _script.Lease(700, Urgency.Optional);
        _script.Lease(250, Urgency.MustSucceed);
        lease.End();

        Assert.Equal((450, 300), (_script.Picture.CreditBytes, _script.Picture.EmergencyBytes));
        Assert.False(_script.TryLease(451, Urgency.RiskyToFail, out _));
    }

    [Fact]
    public void TryTake_StoreUsed_AsksForAnExchangeSoon()
    {
        OpenWith(300, 300);
        _script.Order(_script.NextTurn(), 1, Share(300, 300));
        TimeSpan before = _script.Now;

        _script.Lease(200, Urgency.MustSucceed);
        SessionTurn turn = _script.NextTurn();

        Assert.True(_script.Now - before < TimeSpan.FromMilliseconds(10), $"It waited {_script.Now - before}.");
        Assert.Equal(100, Assert.Single(turn.Exchange!.Holdings).EmergencyBytes);
    }

    [Fact]
    public void TryTake_GateAboveAll_ServesOnlyMustSucceed()
    {
        _script.Open();
        _script.Order(_script.NextTurn(), 1, Share(300, 300), 4);

        Assert.False(_script.TryLease(1, Urgency.RiskyToFail, out _));
        Assert.True(_script.TryLease(300, Urgency.MustSucceed, out _));
    }

    [Fact]
    public void Lapse_EmergencyCredit_StillServesMustSucceedAndIsLostWhenTheSessionIsBack()
    {
        OpenWith(1000, 300);
        HeldLease kept = _script.Lease(200);
        _script.Now += SessionScript.Ttl;
        Assert.False(_script.Picture.Open);

        Assert.False(_script.TryLease(1, Urgency.RiskyToFail, out _));
        Assert.False(_script.TryLease(301, Urgency.MustSucceed, out _));
        HeldLease lease = _script.Lease(250, Urgency.MustSucceed);
        Assert.Equal(
            (false, 0, 50, 200, 250),
            (_script.Picture.Open, _script.Picture.CreditBytes, _script.Picture.EmergencyBytes,
                _script.Picture.LeasedBytes.Total, _script.Picture.LostBytes));
        SessionTurn turn = _script.NextTurn();
        Assert.Equal(200, Assert.Single(turn.Open!.Holdings).TotalBytes);
        _script.Answer(turn, Outcome.Granted, 2);

        Assert.Equal((0, 250), (_script.Picture.EmergencyBytes, _script.Picture.LostBytes));
        lease.End();
        Assert.Equal(0, _script.Picture.LostBytes);
        kept.End();
        _script.Core.AssertSettled();
    }

    [Fact]
    public void BeginClosing_EmergencyCredit_IsGivenBackWithTheRest()
    {
        OpenWith(1000, 300);
        _script.Core.BeginClosing();

        Assert.False(_script.TryLease(1, Urgency.MustSucceed, out _));
        Assert.Single(_script.Core.SessionsToClose());
    }

    // Whatever is leased and given back, in whatever order: what is below must-succeed leaves the store alone.
    [Fact]
    public void TryTake_AnySequence_BelowMustSucceedNeverUsesTheStore()
        => Gen.Select(Gen.Int[0, 3], Gen.Long[1, 600], Gen.Bool).Array[1, 60].Sample(steps =>
        {
            var script = new SessionScript();
            script.Open();
            script.Order(script.NextTurn(), 1, Share(2000, 500));
            var held = new List<HeldLease>();
            foreach ((int urgency, long bytes, bool ends) in steps)
            {
                if (ends && held.Count > 0)
                {
                    held[0].End();
                    held.RemoveAt(0);
                }
                else if (script.TryLease(bytes, (Urgency)urgency, out HeldLease lease))
                {
                    held.Add(lease);
                    Assert.True(urgency == 3 || script.Cache.Account.CreditBytes >= 500);
                }
            }

            script.Core.AssertSettled();
        });

    private static SubsystemShare Share(long total, long emergency)
        => new("cache", total, Urgency.MustSucceed) { EmergencyBytes = emergency };

    private void OpenWith(long bytes, long emergency)
    {
        _script.Open();
        _script.Order(_script.NextTurn(), 1, Share(bytes, emergency));
    }
}
