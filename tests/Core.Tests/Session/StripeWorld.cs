using System.Collections.Concurrent;
using Xunit;

namespace Headroom.Core.Tests.Session;

/// <summary>Threads that lease, and a session that interferes.</summary>
internal sealed class StripeWorld : IDisposable
{
    private const int LeasesOfEach = 100;
    private const int AllUrgencies = (1 << ByUrgency.Levels) - 1;
    private const int DrawnBytes = 1 << 20;

    // Longer than any pause of a loaded machine: what takes so long is stuck.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly SessionScript _script = new();
    private readonly Barrier _barrier;
    private readonly Random _chance = new(3);
    private readonly ConcurrentQueue<Held> _passed = new();
    private readonly ConcurrentQueue<Exception> _failures = new();
    private readonly long[] _held = new long[ByUrgency.Levels];
    private readonly int _threads;
    private int _working;
    private int _round;
    private long _fromStripes;
    private long _endedElsewhere;
    private long _endedTwice;
    private int _threadsEnded;
    private volatile bool _over;

    internal StripeWorld(int threads)
    {
        _threads = threads;
        _barrier = new Barrier(threads + 1);
        Account.Draw(DrawnBytes);
        Account.Allow(AllUrgencies);
        Account.Spread(true);
        for (int i = 0; i < threads; i++)
        {
            StartWorker(i);
        }
    }

    internal long FromStripes => Volatile.Read(ref _fromStripes);

    internal long EndedElsewhere => Volatile.Read(ref _endedElsewhere);

    internal long EndedTwice => Volatile.Read(ref _endedTwice);

    internal int ThreadsEnded => Volatile.Read(ref _threadsEnded);

    private CreditAccount Account => _script.Cache.Account;

    public override string ToString() =>
        $"{FromStripes} leases from stripes, {EndedElsewhere} ended by another thread, {EndedTwice} by two, "
        + $"{ThreadsEnded} threads ended";

    internal void RunRound()
    {
        Volatile.Write(ref _working, _threads);
        Meet("a round begins");
        do
        {
            Interfere();
            Account.AssertInvariants();
            ByUrgency leased = Account.LeasedWithin();
            if (!leased.IsValid || leased.Total > Account.DrawnBytes)
            {
                Assert.Fail($"{leased} are reported as leased out of {Account.DrawnBytes}.");
            }
        }
        while (Volatile.Read(ref _working) > 0 && _failures.IsEmpty);

        Meet("all have leased");
        Check("with leases held");
        Meet("the rest is ended");
        Meet("all is ended");
        Assert.Empty(_passed);
        Check("with nothing held");
        Assert.All(_held, bytes => Assert.Equal(0, bytes));
        Assert.Equal(Account.DrawnBytes, Account.CreditBytes);
        _round++;
    }

    internal void Stop()
    {
        _over = true;
        Meet("it is over");
    }

    public void Dispose() => _barrier.Dispose();

    private void StartWorker(int seed)
    {
        var thread = new Thread(() =>
        {
            try
            {
                Work(new Random(seed));
            }
            catch (Exception failure)
            {
                _failures.Enqueue(failure);
            }
        })
        {
            IsBackground = true,
        };
        thread.Start();
    }

    // Whoever fails does not come: the others say so, instead of waiting for it.
    private void Meet(string why)
    {
        if (!_failures.IsEmpty || !_barrier.SignalAndWait(Patience))
        {
            throw new InvalidOperationException(
                $"In round {_round}, when {why}, not everybody came.", _failures.FirstOrDefault());
        }
    }

    private void Work(Random chance)
    {
        var own = new List<Held>();
        while (true)
        {
            Meet("a round begins");
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
            Meet("all have leased");
            Meet("the rest is ended");
            own.ForEach(End);
            own.Clear();
            while (_passed.TryDequeue(out Held? other))
            {
                End(other);
            }

            // A thread that ends hands its place to another one: what it leaves in its stripe must not be lost.
            bool ends = chance.Next(16) == 0;
            int successor = chance.Next();
            Meet("all is ended");
            if (ends)
            {
                Interlocked.Increment(ref _threadsEnded);
                StartWorker(successor);
                return;
            }
        }
    }

    private void LeaseSome(Random chance, List<Held> own)
    {
        // A few are larger than what a stripe gets at once.
        long bytes = 1 + chance.Next(chance.Next(8) == 0 ? 1 << 18 : 1 << 12);
        var urgency = (Urgency)chance.Next(ByUrgency.Levels);
        if (!_script.TryLease(bytes, urgency, out HeldLease lease))
        {
            return;
        }

        Interlocked.Add(ref _held[(int)urgency], bytes);
        var held = new Held(lease);
        if (lease.Slot is StripeSlot)
        {
            Interlocked.Increment(ref _fromStripes);
        }

        int what = chance.Next(4);
        if (what > 0)
        {
            own.Add(held);
        }

        if (what < 2)
        {
            // With what == 1 two threads have it, and end it whenever they come to it.
            _passed.Enqueue(held);
        }
    }

    private void EndSome(Random chance, List<Held> own)
    {
        if (chance.Next(2) == 0 && own.Count > 0)
        {
            int which = chance.Next(own.Count);
            End(own[which]);

            // Every third is passed on though it has ended: another thread ends it again, perhaps when its slot is used
            // anew.
            if (chance.Next(3) == 0)
            {
                _passed.Enqueue(own[which]);
            }

            own.RemoveAt(which);
        }

        if (chance.Next(2) == 0 && _passed.TryDequeue(out Held? other))
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

        if (held.IsFirst())
        {
            Interlocked.Add(ref _held[(int)held.Lease.Urgency], -held.Lease.Bytes);
        }
        else
        {
            Interlocked.Increment(ref _endedTwice);
        }

        held.Lease.End();
        Assert.False(held.Lease.IsHeld);
        held.Lease.Slot.End(held.Lease.Token, held.Lease.Bytes, CreditStripe.Nowhere);
    }

    private void Interfere()
    {
        switch (_chance.Next(11))
        {
            case 0:
                Account.Draw(_chance.Next(1, 1 << 16));
                break;
            case 1:
                Account.Surrender(_chance.Next(1, 1 << 16));
                break;
            case 2:
                Account.Surrender(long.MaxValue, keep: _chance.Next(DrawnBytes));
                Account.Draw(Math.Max(0, DrawnBytes - Account.DrawnBytes));
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
            case 9:
                Account.Tidy();
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
                $"In round {_round}, at urgency {i}, {when}, {leased[i]} are counted as leased, {_held[i]} are held.");
        }
    }

    private sealed class Held(HeldLease lease)
    {
        private int _ended;

        internal HeldLease Lease { get; } = lease;

        internal int Thread { get; } = Environment.CurrentManagedThreadId;

        internal bool IsFirst() => Interlocked.Exchange(ref _ended, 1) == 0;
    }
}
