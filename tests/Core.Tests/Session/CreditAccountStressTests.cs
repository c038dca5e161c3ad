using Xunit;

namespace Headroom.Core.Tests.Session;

public sealed class CreditAccountStressTests
{
    private const int Threads = 4;
    private const int LeasesOfEach = 20_000;

    // Threads lease and give back, also what others leased, some of it twice, while one plays the authority: raises,
    // lowers, forgets the session, lets it lapse. What is reported must never be less than what is held, and nothing
    // may be lost or made.
    [Fact]
    public async Task TryTake_WhileOrdersFoldsAndLapsesHappen_EveryByteIsInOnePlace()
    {
        var script = new SessionScript(new SessionLimits { MaxIdleCreditBytes = 1 << 20, MinSlabBytes = 4096 });
        script.OpenWith(100_000);
        using var start = new Barrier(Threads + 1);
        int running = Threads;
        Task[] workers =
        [
            .. Enumerable.Range(0, Threads).Select(seed => Task.Factory.StartNew(
                () =>
                {
                    start.SignalAndWait(TestContext.Current.CancellationToken);
                    Work(script, seed);
                    Interlocked.Decrement(ref running);
                },
                TestContext.Current.CancellationToken,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default)),
        ];
        start.SignalAndWait(TestContext.Current.CancellationToken);
        int rounds = 0;
        var chance = new Random(5);
        while (Volatile.Read(ref running) > 0 || rounds < 1000)
        {
            Rule(script, chance, ++rounds);
        }

        await Task.WhenAll(workers);
        script.Core.AssertSettled();
        Assert.Equal(0, script.Picture.LeasedBytes.Total);
        Assert.Equal(0, script.Picture.LostBytes);
    }

    private static void Work(SessionScript script, int seed)
    {
        var chance = new Random(seed);
        var held = new Queue<(LeaseSlot Slot, long Token)>();
        for (int granted = 0; granted < LeasesOfEach;)
        {
            if (script.TryLease(1 + chance.Next(500), (Urgency)chance.Next(4), out (LeaseSlot Slot, long Token) lease))
            {
                granted++;
                held.Enqueue(lease);
            }

            if (held.Count > 8 || (held.Count > 0 && chance.Next(3) == 0))
            {
                (LeaseSlot slot, long token) = held.Dequeue();
                slot.End(token);
                slot.End(token);
            }
        }

        while (held.TryDequeue(out (LeaseSlot Slot, long Token) rest))
        {
            rest.Slot.End(rest.Token);
        }
    }

    private static void Rule(SessionScript script, Random chance, int round)
    {
        // Each report must account for exactly what the authority gave: the core checks I3 at each transition.
        SessionTurn turn = script.NextTurn();
        if (turn.Open is not null)
        {
            bool believed = chance.Next(4) > 0;
            script.Answer(turn, believed ? Outcome.Granted : Outcome.StartAnew);
            return;
        }

        Assert.All(
            turn.Exchange!.Holdings,
            holding => Assert.True(holding.CreditBytes >= 0 && holding.LeasedBytes.IsValid));
        switch (chance.Next(20))
        {
            case 0:
                script.Refuse(turn, Outcome.RegisterAgain);
                break;
            case 1:
                script.Core.Failed(turn, script.Now, 0.5);
                script.Now += SessionScript.Ttl;
                break;
            case 2:
                script.Core.Failed(turn, script.Now, 0.5);
                break;
            default:
                long total = turn.Exchange.Holdings.Sum(holding => holding.TotalBytes);
                script.Order(turn, 1000 + round, chance.Next(3) == 0 ? total / 2 : Math.Max(total, 100_000));
                break;
        }
    }
}
