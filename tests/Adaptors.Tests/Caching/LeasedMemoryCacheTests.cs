using Headroom.Caching;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Xunit;

namespace Headroom.Adaptors.Tests.Caching;

public sealed class LeasedMemoryCacheTests
{
    private const int Overhead = LeasedMemoryCache.EntryBytes;

    [Fact]
    public async Task Set_IsKeptAndCounted()
    {
        await using CacheWorld world = await CacheWorld.MakeAsync();

        await world.KeepAsync("a", 1000);
        await world.KeepAsync("b", 0);

        Assert.Equal("a", world.Cache.Get("a"));
        Assert.Equal(1000 + (2 * Overhead), world.Cache.UsedBytes);
        Assert.Equal(2, world.Cache.Count);
        Assert.True(world.LeasedBytes >= world.Cache.UsedBytes);
        world.Cache.Remove("a");
        await UsedAsync(world, Overhead);
        Assert.False(world.Cache.TryGetValue("a", out _));
        await world.EndAsync();
    }

    [Fact]
    public async Task Set_TheSameKeyAgain_CountsTheNewOneAlone()
    {
        await using CacheWorld world = await CacheWorld.MakeAsync();
        await world.KeepAsync("a", 1000);

        await world.KeepAsync("a", 3000);

        await UsedAsync(world, 3000 + Overhead);
    }

    [Fact]
    public async Task Set_WithoutSize_ThrowsUnlessThereIsAnEstimator()
    {
        await using CacheWorld world = await CacheWorld.MakeAsync();
        Assert.Throws<InvalidOperationException>(() => world.Cache.Set("a", "value"));
        await UsedAsync(world, 0);

        var estimated = new LeasedMemoryCacheOptions { SizeEstimator = (_, value) => ((string)value!).Length };
        await using CacheWorld other = await CacheWorld.MakeAsync(estimated);
        await other.KeepAsync("b", 50);
        await OneHost.UntilAsync(
            () => other.Cache.Set("a", "value") is not null && other.Cache.TryGetValue("a", out _), () => "a kept");
        await UsedAsync(other, 55 + (2 * Overhead));

        var wrong = new LeasedMemoryCacheOptions { SizeEstimator = (_, _) => -1 };
        await using CacheWorld third = await CacheWorld.MakeAsync(wrong);
        Assert.Throws<InvalidOperationException>(() => third.Cache.Set("a", "value"));
    }

    [Fact]
    public async Task Set_NothingToLease_IsNotKeptAndSaysCapacityAndTheOldValueIsGone()
    {
        await using CacheWorld world = await CacheWorld.MakeAsync();
        await world.KeepAsync("a", 1000);
        var told = new TaskCompletionSource<(object, object?, EvictionReason, object?)>();
        var options = new MemoryCacheEntryOptions { Size = 2 * CacheWorld.BudgetBytes };
        options.RegisterPostEvictionCallback(
            (key, value, reason, state) => told.TrySetResult((key, value, reason, state)), "state");

        world.Cache.Set("a", "larger than all there is", options);

        Assert.False(world.Cache.TryGetValue("a", out _));
        Assert.Equal(
            ("a", "larger than all there is", EvictionReason.Capacity, "state"),
            await told.Task.WaitAsync(OneHost.Limit, OneHost.Stop));
        await UsedAsync(world, 0);
    }

    [Fact]
    public async Task Set_Full_DropsWhatWasNotUsedAndGoesOn()
    {
        await using CacheWorld world = await CacheWorld.MakeAsync();
        int set = 0;

        // Four times as much as there is; the first one is used all the time.
        await OneHost.UntilAsync(
            () =>
            {
                for (int i = 0; i < 20; i++)
                {
                    Set(world, $"{set++}", 8000);
                    _ = world.Cache.TryGetValue("0", out _);
                }

                return set > 500
                    && world.LeasedBytes > CacheWorld.BudgetBytes * 8 / 10
                    && Enumerable.Range(set - 20, 20).Any(i => world.Cache.TryGetValue($"{i}", out _));
            },
            () => $"grown, and a late entry kept; {set} were set, {world.Cache.Count} are there, and "
                + $"{world.LeasedBytes} bytes are leased");

        Assert.True(world.LeasedBytes <= CacheWorld.BudgetBytes);
        Assert.True(world.Cache.UsedBytes <= world.LeasedBytes);
    }

    [Fact]
    public async Task GiveBack_DropsLowPriorityFirstAndEvenWhatIsNeverToBeRemoved()
    {
        await using CacheWorld world = await CacheWorld.MakeAsync();
        for (int i = 0; i < 20; i++)
        {
            await world.KeepAsync($"low-{i}", 8000, CacheItemPriority.Low);
            await world.KeepAsync($"never-{i}", 8000, CacheItemPriority.NeverRemove);
        }

        long leased = world.LeasedBytes;
        await world.GiveBackAsync(leased / 4);
        Assert.InRange(world.LeasedBytes, leased / 2, leased * 3 / 4);
        Assert.True(world.Cache.UsedBytes <= world.LeasedBytes);
        Assert.All(Enumerable.Range(0, 20), i => Assert.True(world.Cache.TryGetValue($"never-{i}", out _)));

        await world.GiveBackAsync(leased);
        Assert.Equal((0, 0, 0), (world.LeasedBytes, world.Cache.UsedBytes, world.Cache.Count));
    }

    [Fact]
    public async Task GiveBack_ALittle_CostsOneStepAtMost()
    {
        await using CacheWorld world = await CacheWorld.MakeAsync();
        for (int i = 0; i < 20; i++)
        {
            await world.KeepAsync(i, 8000);
        }

        long leased = world.LeasedBytes;
        await world.GiveBackAsync(1);

        Assert.Equal(leased - CacheWorld.StepBytes, world.LeasedBytes);
    }

    [Fact]
    public async Task Tidy_GivesBackWhatWasNotNeeded()
    {
        await using CacheWorld world = await CacheWorld.MakeAsync();
        for (int i = 0; i < 20; i++)
        {
            await world.KeepAsync(i, 8000);
        }

        long leased = world.LeasedBytes;
        Enumerable.Range(1, 19).ToList().ForEach(i => world.Cache.Remove(i));
        await UsedAsync(world, 8000 + Overhead);

        // What was needed since the last time is kept once more.
        world.Cache.Tidy();
        Assert.Equal(leased, world.LeasedBytes);
        world.Cache.Tidy();
        Assert.Equal(2 * CacheWorld.StepBytes, world.LeasedBytes);
        Assert.True(world.Cache.TryGetValue(0, out _));

        world.Cache.Remove(0);
        await UsedAsync(world, 0);
        world.Cache.Tidy();
        world.Cache.Tidy();
        Assert.Equal(0, world.LeasedBytes);

        // And it comes back when there is something to keep.
        await world.KeepAsync("again", 1000);
    }

    [Fact]
    public async Task Tidy_ExpiredEntriesGo()
    {
        await using CacheWorld world = await CacheWorld.MakeAsync();
        await world.KeepAsync("a", 1000);
        using var ended = new CancellationTokenSource();
        var options = new MemoryCacheEntryOptions { Size = 1000 };
        options.AddExpirationToken(new CancellationChangeToken(ended.Token));
        world.Cache.Set("a", "ends", options);
        await ended.CancelAsync();

        world.Cache.Tidy();

        Assert.False(world.Cache.TryGetValue("a", out _));
        await UsedAsync(world, 0);
    }

    [Fact]
    public async Task CreateEntry_WithoutValue_LeavesNothing()
    {
        await using CacheWorld world = await CacheWorld.MakeAsync();
        await world.KeepAsync("a", 1000);

        world.Cache.CreateEntry("b").Dispose();
        ICacheEntry entry = world.Cache.CreateEntry("c");
        entry.Value = "value";
        entry.Size = 100;
        entry.Dispose();
        entry.Dispose();

        Assert.False(world.Cache.TryGetValue("b", out _));
        await UsedAsync(world, 1100 + (2 * Overhead));
    }

    [Fact]
    public async Task Dispose_GivesAllBackAndMayComeTwice()
    {
        await using CacheWorld world = await CacheWorld.MakeAsync();
        await world.KeepAsync("a", 1000);

        await world.EndAsync();
        world.Cache.Dispose();

        Assert.Throws<ObjectDisposedException>(() => world.Cache.TryGetValue("a", out _));
        Assert.Throws<ObjectDisposedException>(() => world.Cache.CreateEntry("a"));
        Assert.Equal(0, world.Cache.LeasedBytes);
    }

    [Fact]
    public async Task GetCurrentStatistics_CountsWhenAsked()
    {
        await using CacheWorld world = await CacheWorld.MakeAsync(new() { TrackStatistics = true });
        await world.KeepAsync("a", 1000);
        await using CacheWorld other = await CacheWorld.MakeAsync();

        MemoryCacheStatistics? statistics = ((IMemoryCache)world.Cache).GetCurrentStatistics();

        Assert.Equal((1, 1000 + Overhead), (statistics?.CurrentEntryCount, statistics?.CurrentEstimatedSize));
        Assert.True(statistics?.TotalHits > 0);
        Assert.Null(other.Cache.GetCurrentStatistics());
    }

    [Fact]
    public async Task AddHeadroomMemoryCache_IsTheApplicationsCache()
    {
        await using CacheWorld world = await CacheWorld.MakeAsync();
        ServiceProvider services = new ServiceCollection()
            .AddMemoryCache()
            .AddSingleton<IMemoryBudget>(world.Client)
            .AddHeadroomMemoryCache(options => options.Subsystem = "pages")
            .AddHeadroomMemoryCache(options => options.StepBytes = 4096)
            .BuildServiceProvider();
        await using (services)
        {
            IMemoryCache cache = services.GetRequiredService<IMemoryCache>();
            Assert.Same(services.GetRequiredService<LeasedMemoryCache>(), cache);
            Assert.Single(services.GetServices<IMemoryCache>());
            var options = services.GetRequiredService<IOptions<LeasedMemoryCacheOptions>>().Value;
            Assert.Equal(("pages", 4096), (options.Subsystem, options.StepBytes));
        }
    }

    [Theory]
    [InlineData(4095, 60, "cache", "StepBytes")]
    [InlineData((1L << 30) + 1, 60, "cache", "StepBytes")]
    [InlineData(4096, 0.9, "cache", "IdleAfter")]
    [InlineData(4096, 86_401, "cache", "IdleAfter")]
    [InlineData(4096, 60, "", "Subsystem")]
    public void Options_OutOfRange_AreNamed(long step, double idleSeconds, string subsystem, string named)
    {
        var options = new LeasedMemoryCacheOptions
        {
            StepBytes = step,
            IdleAfter = TimeSpan.FromSeconds(idleSeconds),
            Subsystem = subsystem,
        };

        ValidateOptionsResult result = new LeasedMemoryCacheOptionsValidator().Validate(null, options);

        Assert.StartsWith(named, Assert.Single(result.Failures!));
    }

    private static void Set(CacheWorld world, object key, long bytes) =>
        world.Cache.Set(key, key, new MemoryCacheEntryOptions { Size = bytes });

    private static Task UsedAsync(CacheWorld world, long bytes) => OneHost.UntilAsync(
        () => world.Cache.UsedBytes == bytes,
        () => $"{bytes} bytes used, and not {world.Cache.UsedBytes}");
}
