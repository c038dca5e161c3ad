using CsCheck;
using Headroom.Core.Tests.Ledger;
using Xunit;

namespace Headroom.Core.Tests.Session;

/// <summary>A client against the real authority: what one says the other understands.</summary>
public sealed class StoriesWithTheLedger
{
    private const long Capacity = 100_000;

    [Fact]
    public void Reclaim_LeasesGrantedOneByOne_AreHeardOfAndServeWhoWaits()
    {
        var world = new World(0);
        HeldLease lease = world.Request(1, 60_000, Urgency.Optional);
        world.Must(9, 50_000);

        Assert.Equal(60_000, world.Script.Core.Demand(world.Script.Cache)?.Bytes + world.Keep());
        lease.End();
        world.Exchange();

        Assert.Equal(Outcome.Granted, world.Settled());
        Assert.Null(world.Script.Core.Demand(world.Script.Cache));
    }

    // Nothing lies idle, so that there is never a new order: what is asked back must be heard all the same.
    [Fact]
    public void Reclaim_AllThatIsDrawnIsLeased_IsHeardOfAndServesWhoWaits()
    {
        var world = new World(0);
        List<HeldLease> leases = world.Fill(Urgency.SafeToFail);
        world.Must(9, 50_000);

        Assert.NotNull(world.Script.Core.Demand(world.Script.Cache));
        world.Comply(leases);

        Assert.Equal(Outcome.Granted, world.Settled());
    }

    [Fact]
    public void EmergencyCredit_IsFilledUnaskedAndStaysWhileSomebodyWaits()
    {
        var world = new World(3000);
        world.Exchange();
        Assert.Equal(3000, world.Script.Picture.EmergencyBytes);
        List<HeldLease> leases = world.Fill(Urgency.Optional);

        world.Must(9, 50_000);
        Assert.Equal(3000, world.Script.Picture.EmergencyBytes);
        world.Comply(leases);

        Assert.Equal(Outcome.Granted, world.Settled());
        Assert.Equal(3000, world.Script.Picture.EmergencyBytes);
        Assert.True(world.Script.TryLease(3000, Urgency.MustSucceed, out _));
    }

    // The store of a session that lapsed is not claimed: the rest is believed, whatever was seen meanwhile.
    [Fact]
    public void Lapse_StoreWasSeenUnused_LeasesAreBelievedAll()
    {
        var world = new World(3000);
        world.Exchange();
        HeldLease lease = world.Request(1, 5000, Urgency.SafeToFail);
        world.Script.Now += SessionScript.Ttl * 2;
        world.Ledger.Observe(Given.Reading(world.Ledger), world.Script.Now);
        Assert.False(world.Script.Picture.Open);

        world.Exchange();

        Assert.True(world.Script.Picture.Open);
        lease.End();
        world.Exchange();
        Assert.Empty(world.Ledger.Audit());
    }

    // Whatever is held at which urgency, and how small its parts: who must succeed is served by a client that complies,
    // and its store is left alone.
    [Fact]
    public void Reclaim_AnyHoldings_HandlersComplyAndMustSucceedIsServed()
        => Gen.Select(
            Gen.Select(Gen.Int[0, 2], Gen.Long[1, 5000]).Array[1, 40], Gen.Long[1, 40_000], Gen.Long[0, 5000]).Sample(
            (wishes, bytes, emergency) =>
            {
                var world = new World(emergency);
                world.Exchange();
                var leases = new List<HeldLease>();
                foreach ((int urgency, long size) in wishes)
                {
                    if (world.TryTake(size, (Urgency)urgency, out HeldLease lease))
                    {
                        leases.Add(lease);
                    }
                }

                world.Fill(Urgency.Optional, leases);
                world.Must(9, bytes);
                world.Comply(leases);

                Assert.Equal(Outcome.Granted, world.Settled());
                Assert.Equal(emergency, world.Script.Picture.EmergencyBytes);
            });

    private sealed class World
    {
        private LeaseDecision? _answer;

        internal World(long emergency)
        {
            Ledger = Given.Container(Capacity, Given.Rules with
            {
                LimitBytes = Capacity,
                HostCapacityBytes = Capacity,
                Policies = new Dictionary<string, SubsystemRow>
                {
                    ["cache"] = new("cache", Urgency.MustSucceed, emergency, LastResort.Wait),
                },
            });
            Deliver(Script.NextTurn());
            Exchange();
        }

        internal SessionScript Script { get; } =
            new(new SessionLimits { MaxIdleCreditBytes = 10_000, MinSlabBytes = 1000 });

        internal ContainerLedger Ledger { get; }

        /// <summary>Exchanges until nothing is said but by the clock.</summary>
        internal void Exchange()
        {
            Script.Core.Nudge(Script.Picture.Session);
            TimeSpan end = Script.Now + TimeSpan.FromMilliseconds(100);
            while (Script.Core.WakeAt() < end)
            {
                Deliver(Script.NextTurn());
            }
        }

        /// <summary>Takes from credit, after an exchange that asked for more when there is none.</summary>
        internal bool TryTake(long bytes, Urgency urgency, out HeldLease lease)
        {
            if (Script.TryLease(bytes, urgency, out lease))
            {
                return true;
            }

            Exchange();
            return Script.TryLease(bytes, urgency, out lease);
        }

        /// <summary>A lease of its own.</summary>
        internal HeldLease Request(int id, long bytes, Urgency urgency)
        {
            LeaseAsk ask = Script.Core.Ask(Script.Cache, Given.Id(id), bytes, urgency, "", false, Script.Now)!;
            LeaseDecision decision = Ledger.Request(ask.Command, Script.Now);
            Assert.Equal(Outcome.Granted, decision.Outcome);
            LeaseSlot slot = Script.Core.Accept(
                ask, decision.LeaseId, Ledger.Epoch, null, Script.Now, out long token)!;
            return new HeldLease(slot, token, bytes);
        }

        /// <summary>Takes all that there is.</summary>
        internal List<HeldLease> Fill(
            Urgency urgency, List<HeldLease>? leases = null)
        {
            leases ??= [];
            for (long bytes = 5000; bytes > 0; bytes /= 2)
            {
                while (TryTake(bytes, urgency, out HeldLease lease))
                {
                    leases.Add(lease);
                }
            }

            return leases;
        }

        /// <summary>Somebody else must succeed; who is asked for memory is nudged.</summary>
        internal void Must(int id, long bytes)
        {
            _answer = Ledger.Request(Given.Lease(id, bytes, Urgency.MustSucceed), Script.Now);
            if (_answer.Outcome == Outcome.Waiting)
            {
                Ladder.HostAnswers(Ledger, 0, Script.Now);
                Nudge();
            }
        }

        /// <summary>Ends leases as long as there are any asked back.</summary>
        internal void Comply(List<HeldLease> leases)
        {
            for (int round = 0; round < 10; round++)
            {
                while (Script.Core.Demand(Script.Cache) is { } demand)
                {
                    int i = leases.FindIndex(lease => lease.Urgency < demand.Below);
                    leases[i].End();
                    leases.RemoveAt(i);
                }

                Exchange();
                Nudge();
            }

            Script.Core.AssertSettled();
            Assert.Empty(Ledger.Audit());
        }

        internal long Keep() => Script.Cache.KeepBytes;

        internal Outcome Settled() => _answer!.Outcome == Outcome.Waiting
            ? Assert.Single(Ledger.TakeSettled()).Decision.Outcome
            : _answer.Outcome;

        private void Nudge()
        {
            foreach (Guid session in Ledger.TakeNudges())
            {
                Script.Core.Nudge(session);
                Exchange();
            }
        }

        private void Deliver(SessionTurn turn)
        {
            if (turn.Open is { } open)
            {
                Script.Answer(turn, Ledger.Open(open, Script.Now), Ledger.Epoch);
                return;
            }

            ExchangeDecision decision = Ledger.Exchange(turn.Exchange!, Script.Now);
            var answer = new OrderAnswer(
                decision.Outcome, turn.Exchange!.Session, Ledger.Epoch, decision.Order, decision.Shares, decision.Gate)
            {
                ReclaimWithin = decision.ReclaimWithin,
                Overdue = decision.Overdue,
            };
            Script.Core.Exchanged(turn, answer, Script.Now, 0.5);
        }
    }
}
