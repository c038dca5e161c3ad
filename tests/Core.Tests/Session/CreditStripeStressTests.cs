using System.Collections.Concurrent;
using Xunit;

namespace Headroom.Core.Tests.Session;

/// <summary>
/// Threads lease from their stripes and end each other's leases, while one plays the session: draws, takes back, closes
/// and opens urgencies, keeps emergency credit, gathers. At two points of each round everybody stands still, and the
/// account must agree to the byte with what the threads hold.
/// </summary>
public sealed class CreditStripeStressTests
{
    private const int Rounds = 10_000;
    private const int LeasesOfEach = 12;
    private const int AllUrgencies = (1 << ByUrgency.Levels) - 1;

    [Theory]
    [InlineData(2)]
    [InlineData(8)]
    public async Task TryLease_WhileCreditIsDrainedAndGatesMove_NoByteIsLostOrMade(int threads)
    {
        using var world = new World(threads);
        Task[] workers =
        [
            .. Enumerable.Range(0, threads).Select(seed => Task.Factory.StartNew(
                () => world.Work(seed, TestContext.Current.CancellationToken),
                TestContext.Current.CancellationToken,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default)),
        ];
        try
        {
            for (int round = 0; round < Rounds && !workers.Any(worker => worker.IsCompleted); round++)
            {
                world.Rule(TestContext.Current.CancellationToken);
            }
        }
        finally
        {
            world.End();
        }

        await Task.WhenAll(workers);
        Assert.True(world.FromStripes > Rounds * threads, $"Only {world.FromStripes} leases came from stripes.");
        Assert.True(world.EndedElsewhere > Rounds, $"Only {world.EndedElsewhere} leases were ended by another thread.");
    }

    private sealed class World : IDisposable
    {
        private readonly SessionScript _script = new();
        private readonly Barrier _barrier;
        private readonly Random _chance = new(3);
        private readonly ConcurrentQueue<Held> _passed = new();
        private readonly long[] _held = new long[ByUrgency.Levels];
        private readonly int _threads;
        private int _working;
        private long _fromStripes;
        private long _endedElsewhere;
        private volatile bool _over;
        private volatile bool _failed;

        internal World(int threads)
        {
            _threads = threads;
            _barrier = new Barrier(threads + 1);
            Account.Draw(1 << 20);
            Account.Allow(AllUrgencies);
            Account.Spread(true);
        }

        internal long FromStripes => Volatile.Read(ref _fromStripes);

        internal long EndedElsewhere => Volatile.Read(ref _endedElsewhere);

        private CreditAccount Account => _script.Cache.Account;

        // One round of the session.
        internal void Rule(CancellationToken cancellationToken)
        {
            Volatile.Write(ref _working, _threads);
            _barrier.SignalAndWait(cancellationToken);
            do
            {
                Order();
                Account.AssertInvariants();
                ByUrgency leased = Account.LeasedWithin();
                if (!leased.IsValid || leased.Total > Account.DrawnBytes)
                {
                    Assert.Fail($"{leased} are reported as leased out of {Account.DrawnBytes}.");
                }
            }
            while (Volatile.Read(ref _working) > 0 && !_failed);

            _barrier.SignalAndWait(cancellationToken);
            Check("with leases held");
            _barrier.SignalAndWait(cancellationToken);
            _barrier.SignalAndWait(cancellationToken);
            Assert.Empty(_passed);
            Assert.All(_held, bytes => Assert.Equal(0, bytes));
            Check("with nothing held");
            Assert.Equal(Account.DrawnBytes, Account.CreditBytes);
        }

        internal void End()
        {
            _over = true;
            _barrier.RemoveParticipant();
        }

        public void Dispose() => _barrier.Dispose();

        // All rounds of one thread.
        internal void Work(int seed, CancellationToken cancellationToken)
        {
            try
            {
                WorkThroughRounds(seed, cancellationToken);
            }
            catch
            {
                _failed = true;
                _barrier.RemoveParticipant();
                throw;
            }
        }

        private void WorkThroughRounds(int seed, CancellationToken cancellationToken)
        {
            var chance = new Random(seed);
            var own = new List<Held>();
            while (true)
            {
                _barrier.SignalAndWait(cancellationToken);
                if (_over)
                {
                    return;
                }

                for (int i = 0; i < LeasesOfEach; i++)
                {
                    LeaseSome(chance, own);
                    EndSome(chance, own);
                }

                Interlocked.Decrement(ref _working);
                _barrier.SignalAndWait(cancellationToken);
                _barrier.SignalAndWait(cancellationToken);
                own.ForEach(End);
                own.Clear();
                while (_passed.TryDequeue(out Held other))
                {
                    End(other);
                }

                _barrier.SignalAndWait(cancellationToken);
            }
        }

        private void LeaseSome(Random chance, List<Held> own)
        {
            // A few are larger than what a stripe gets at once.
            long bytes = 1 + chance.Next(chance.Next(8) == 0 ? 1 << 18 : 1 << 12);
            var urgency = (Urgency)chance.Next(ByUrgency.Levels);
            if (!_script.TryLease(bytes, urgency, out (LeaseSlot Slot, long Token) lease))
            {
                return;
            }

            Interlocked.Add(ref _held[(int)urgency], bytes);
            var held = new Held(lease.Slot, lease.Token, bytes, Environment.CurrentManagedThreadId);
            if (lease.Slot is StripeSlot)
            {
                Interlocked.Increment(ref _fromStripes);
            }

            if (chance.Next(3) == 0)
            {
                _passed.Enqueue(held);
            }
            else
            {
                own.Add(held);
            }
        }

        private void EndSome(Random chance, List<Held> own)
        {
            if (chance.Next(2) == 0 && own.Count > 0)
            {
                int which = chance.Next(own.Count);
                End(own[which]);

                // Every third is passed on though it has ended: another thread ends it again, perhaps when its slot
                // is used anew.
                if (chance.Next(3) == 0)
                {
                    _passed.Enqueue(own[which] with { Bytes = 0 });
                }

                own.RemoveAt(which);
            }

            if (chance.Next(2) == 0 && _passed.TryDequeue(out Held other))
            {
                End(other);
            }
        }

        private void End(Held held)
        {
            if (held.Thread != Environment.CurrentManagedThreadId)
            {
                Interlocked.Increment(ref _endedElsewhere);
            }

            if (held.Bytes > 0)
            {
                Assert.True(held.Slot.Holds(held.Token));
                Interlocked.Add(ref _held[(int)LeaseSlot.UrgencyOf(held.Token)], -held.Bytes);
            }

            held.Slot.End(held.Token);
            Assert.False(held.Slot.Holds(held.Token));
            held.Slot.End(held.Token);
        }

        private void Order()
        {
            switch (_chance.Next(10))
            {
                case 0:
                    Account.Draw(_chance.Next(1, 1 << 16));
                    break;
                case 1:
                    Account.Surrender(_chance.Next(1, 1 << 16));
                    break;
                case 2:
                    Account.Surrender(long.MaxValue, keep: _chance.Next(1 << 20));
                    Account.Draw(Math.Max(0, (1 << 20) - Account.DrawnBytes));
                    break;
                case 3:
                    Account.Allow(AllUrgencies & ~_chance.Next(8));
                    break;
                case 4:
                    Account.Allow(AllUrgencies);
                    break;
                case 5:
                    Account.Keep(_chance.Next(2) * _chance.Next(1 << 17));
                    break;
                case 6:
                    Account.Spread(_chance.Next(4) > 0);
                    break;
                case 7:
                    Account.Gather();
                    break;
                case 8:
                    Account.TakeInEnded();
                    break;
                default:
                    Account.Spread(true);
                    break;
            }
        }

        private void Check(string when)
        {
            Account.AssertSettled();
            ByUrgency leased = Account.LeasedWithin();
            for (int i = 0; i < ByUrgency.Levels; i++)
            {
                Assert.True(
                    leased[i] == _held[i],
                    $"At urgency {i}, {when}, {leased[i]} are counted as leased, and {_held[i]} are held.");
            }
        }

        private readonly record struct Held(LeaseSlot Slot, long Token, long Bytes, int Thread);
    }
}
