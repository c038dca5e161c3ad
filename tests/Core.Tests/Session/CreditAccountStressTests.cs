using Xunit;

namespace Headroom.Core.Tests.Session;

public sealed class CreditAccountStressTests
{
    private const int Threads = 4;
    private const int LeasesOfEach = 100_000;

    // Threads lease and give back, also what others leased, some of it twice, while one plays the authority: raises,
    // lowers, forgets the session, lets it lapse. What is reported must never be less than what is held, and nothing
    // may be lost or made.
    [Fact]
    public async Task TryTake_WhileOrdersFoldsAndLapsesHappen_EveryByteIsInOnePlace()
    {
        var script = new SessionScript(new SessionLimits { MaxIdleCreditBytes = 1 << 20, MinSlabBytes = 1 << 18 });
        script.OpenWith(400_000);
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

    // The same without sessions in between: thousands of collisions a second, and every reading checked.
    [Fact]
    public async Task Surrender_WhileThreadsTakeAndGiveBack_ReportsAreExactAndWithinWhatIsDrawn()
    {
        var script = new SessionScript();
        CreditAccount account = script.Cache.Account;
        account.Draw(10_000);
        account.Allow(0b1111);
        using var stop = new CancellationTokenSource();
        Task[] workers = [.. Enumerable.Range(0, 2).Select(seed => Task.Factory.StartNew(
            () => TakeAndGiveBack(account, new Random(seed), stop.Token),
            TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default))];
        var chance = new Random(11);
        for (int i = 0; i < 2_000_000; i++)
        {
            if (account.DrawnBytes < 10_000)
            {
                account.Draw(chance.Next(1, 100));
            }
            else
            {
                account.Surrender(chance.Next(1, 100));
            }

            account.AssertInvariants();
            ByUrgency leased = account.LeasedWithin();
            if (!leased.IsValid || leased.Total > account.DrawnBytes)
            {
                Assert.Fail($"{leased} are reported as leased out of {account.DrawnBytes}.");
            }
        }

        await stop.CancelAsync();
        await Task.WhenAll(workers);
        account.AssertSettled();
        Assert.Equal(account.DrawnBytes, account.CreditBytes);
    }

    [Fact]
    public async Task End_ByTwoThreadsAtOnce_GivesBackOnce()
    {
        var script = new SessionScript(new SessionLimits { MinSlabBytes = 1 << 20 });
        script.OpenWith(1 << 20);
        using var round = new Barrier(2);
        var leases = new HeldLease[1000];
        for (int i = 0; i < 300; i++)
        {
            for (int k = 0; k < leases.Length; k++)
            {
                leases[k] = script.Lease(100);
            }

            await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Factory.StartNew(
                () =>
                {
                    round.SignalAndWait(TestContext.Current.CancellationToken);
                    foreach (HeldLease lease in leases)
                    {
                        lease.End();
                    }
                },
                TestContext.Current.CancellationToken,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default)));
            Assert.Equal(1 << 20, script.Picture.CreditBytes);
        }
    }

    // Large parts of what is drawn, so that bytes move between urgencies while those are read.
    private static void TakeAndGiveBack(CreditAccount account, Random chance, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            long bytes = chance.Next(1, 6000);
            var urgency = (Urgency)chance.Next(ByUrgency.Levels);
            if (account.TryTake(bytes, urgency))
            {
                account.GiveBack(bytes, urgency);
            }
        }
    }

    private static void Work(SessionScript script, int seed)
    {
        var chance = new Random(seed);
        var held = new Queue<HeldLease>();
        for (int granted = 0; granted < LeasesOfEach;)
        {
            if (script.TryLease(1 + chance.Next(500), (Urgency)chance.Next(4), out HeldLease lease))
            {
                granted++;
                held.Enqueue(lease);
            }

            if (held.Count > 8 || (held.Count > 0 && chance.Next(3) == 0))
            {
                HeldLease ended = held.Dequeue();
                ended.End();
                ended.End();
            }
        }

        while (held.TryDequeue(out HeldLease rest))
        {
            rest.End();
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
                script.Order(turn, 1000 + round, chance.Next(3) == 0 ? total / 2 : Math.Max(total, 400_000));
                break;
        }
    }
}
