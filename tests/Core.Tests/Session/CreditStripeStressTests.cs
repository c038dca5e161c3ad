using System.Globalization;
using Xunit;

namespace Headroom.Core.Tests.Session;

/// <summary>
/// Threads lease from their stripes and end each other's leases, some of them twice and at once, and end themselves,
/// while one plays the session: draws, takes back, closes and opens urgencies, keeps emergency credit, gathers. At two
/// points of each round everybody stands still, and the account must agree to the byte with what the threads hold.
/// </summary>
/// <remarks>
/// Tried by hand: without <c>MemoryBarrierProcessWide</c> in <c>CreditAccount.Gather</c> both counts of threads fail
/// within seconds; without <c>AwaitOwner</c> the owner that is always at work fails, and the rounds do not.
/// </remarks>
public sealed class CreditStripeStressTests
{
    // The whole of it is ./test stress.
    private static readonly int Rounds = int.Parse(
        Environment.GetEnvironmentVariable("HEADROOM_STRESS_ROUNDS") ?? "500", CultureInfo.InvariantCulture);

    [Theory]
    [InlineData(2)]
    [InlineData(8)]
    public void TryLease_WhileCreditIsDrainedAndGatesMove_NoByteIsLostOrMade(int threads)
    {
        using var world = new StripeWorld(threads);
        for (int round = 0; round < Rounds; round++)
        {
            world.RunRound();
        }

        world.Stop();
        TestContext.Current.TestOutputHelper?.WriteLine($"{Rounds} rounds: {world}");
        Assert.True(world.FromStripes > Rounds * threads, $"Only {world.FromStripes} leases came from stripes.");
        Assert.True(world.EndedElsewhere > Rounds, $"Only {world.EndedElsewhere} leases were ended by another thread.");
        Assert.True(world.EndedTwice > Rounds, $"Only {world.EndedTwice} leases were ended by two threads.");
        Assert.True(world.ThreadsEnded > Rounds / 20, $"Only {world.ThreadsEnded} threads ended.");
    }

    // The owner does nothing else, so that it is nearly always at work when its stripe is closed.
    [Fact]
    public async Task Gather_OwnerIsAlwaysAtWork_WaitsForIt()
    {
        var script = new SessionScript();
        CreditAccount account = script.Cache.Account;
        account.Draw(1 << 20);
        account.Allow(1 << (int)Urgency.SafeToFail);
        account.Spread(true);
        using var stop = new CancellationTokenSource();
        Task<long> owner = Task.Factory.StartNew(
            () => LeaseAndEnd(script, stop.Token),
            TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        long leased = 0;
        for (int i = 0; i < Rounds * 100 && !owner.IsCompleted; i++)
        {
            account.Gather();
            leased = Math.Max(leased, account.LeasedWithin().Total);
        }

        await stop.CancelAsync();
        long leases = await owner;
        account.AssertSettled();
        Assert.Equal(account.DrawnBytes, account.CreditBytes);
        Assert.InRange(leased, 0, 64);
        Assert.True(leases > Rounds, $"There were only {leases} leases.");
    }

    private static long LeaseAndEnd(SessionScript script, CancellationToken stop)
    {
        StripeTable stripes = script.Cache.Stripes;
        nuint place = HeldLease.Place;
        long leases = 0;
        while (!stop.IsCancellationRequested)
        {
            for (int i = 0; i < 1000; i++)
            {
                StripeSlot? slot = stripes.TryLease(64, Urgency.SafeToFail, place, out long token)
                    ?? script.Cache.TryRefill(64, Urgency.SafeToFail, place, out token, out _);
                slot?.End(token, 64, place);
                leases += slot is null ? 0 : 1;
            }
        }

        return leases;
    }
}
