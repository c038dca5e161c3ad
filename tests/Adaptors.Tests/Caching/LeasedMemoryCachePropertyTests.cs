using CsCheck;
using Headroom.Caching;
using Microsoft.Extensions.Caching.Memory;
using Xunit;

namespace Headroom.Adaptors.Tests.Caching;

/// <summary>At each moment what is leased covers what is used, and what is used covers what can be got.</summary>
public sealed class LeasedMemoryCachePropertyTests
{
    private const int Keys = 12;
    private const int Enough = 60_000;
    private const int EachGiveBack = 3_000;
    private const int EnoughGiveBacks = 11;

    private static readonly Gen<Action<CacheModel>> Act = Gen.OneOf<Action<CacheModel>>(
        from key in Gen.Int[0, Keys - 1]
        from bytes in Gen.Long[0, 60_000]
        select (Action<CacheModel>)(model => model.Set(key, bytes)),
        from key in Gen.Int[0, Keys - 1]
        from bytes in Gen.Long[0, 60_000]
        select (Action<CacheModel>)(model => model.Set(key, bytes)),
        from key in Gen.Int[0, Keys - 1] select (Action<CacheModel>)(model => model.World.Cache.Remove(key)),
        from bytes in Gen.Long[1, CacheWorld.BudgetBytes] select (Action<CacheModel>)(model => model.GiveBack(bytes)),
        Gen.Const<Action<CacheModel>>(model => model.World.Cache.Tidy()));

    [Fact]
    public void AnyScript_LeasedCoversUsedCoversLive()
    {
        int kept = 0;
        Act.Array[1, 60].Sample(
            script =>
            {
                var model = new CacheModel(CacheWorld.MakeAsync().GetAwaiter().GetResult());
                foreach (Action<CacheModel> act in script)
                {
                    act(model);
                    Interlocked.Add(ref kept, model.AssertCovered());
                }

                model.World.EndAsync().GetAwaiter().GetResult();
                model.World.DisposeAsync().AsTask().GetAwaiter().GetResult();
            },
            iter: 200,
            threads: 2);
        Assert.True(kept > 1000, $"only {kept} times was anything kept: nothing was shown");
    }

    // Several threads at the same keys, while memory goes back and idle steps are looked for.
    [Fact]
    public async Task ManyThreads_InTheEndUsedIsLiveToTheByte()
    {
        await using CacheWorld world = await CacheWorld.MakeAsync();
        var sizes = new long[Keys];
        Array.Fill(sizes, 7000);
        await world.KeepAsync("warm", 1000);
        int underWay = 3;
        int kept = 0;
        int gaveBack = 0;
        Task[] workers =
        [
            .. Enumerable.Range(0, underWay).Select(seed => Task.Run(() =>
            {
                var random = new Random(seed);
                // Both have to have been seen often, however the scheduler shares the time between the two sides.
                while ((Volatile.Read(ref kept) < Enough || Volatile.Read(ref gaveBack) < EnoughGiveBacks)
                    && !OneHost.Stop.IsCancellationRequested)
                {
                    int key = random.Next(Keys);
                    if (random.Next(3) == 0)
                    {
                        world.Cache.Remove(key);
                    }
                    else
                    {
                        world.Cache.Set(key, "value", new MemoryCacheEntryOptions { Size = sizes[key] });
                        Interlocked.Add(ref kept, world.Cache.TryGetValue(key, out _) ? 1 : 0);
                    }
                }

                Interlocked.Decrement(ref underWay);
            })),
        ];
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
        while (Volatile.Read(ref underWay) > 0 && await timer.WaitForNextTickAsync(OneHost.Stop))
        {
            // Each time the cache pauses its growth: not so often that it has no time to grow.
            if (world.Cache.LeasedBytes > 4 * CacheWorld.StepBytes
                && Volatile.Read(ref kept) >= gaveBack * EachGiveBack)
            {
                await world.GiveBackAsync(CacheWorld.StepBytes);
                gaveBack++;
            }

            world.Cache.Tidy();
            long used = world.Cache.UsedBytes;
            Assert.True(used >= 0, $"{used} bytes are used");
        }

        await Task.WhenAll(workers);
        Assert.True(gaveBack >= EnoughGiveBacks, $"gave back {gaveBack} times: too little was shown");
        var model = new CacheModel(world);
        await OneHost.UntilAsync(
            () => world.Cache.UsedBytes == model.LiveBytes(sizes) + Warm(world),
            () => $"{model.LiveBytes(sizes) + Warm(world)} bytes used, and not {world.Cache.UsedBytes}");
        Assert.True(world.LeasedBytes >= world.Cache.UsedBytes);
        await world.EndAsync();
    }

    private static long Warm(CacheWorld world) =>
        world.Cache.TryGetValue("warm", out _) ? 1000 + LeasedMemoryCache.EntryBytes : 0;

    /// <summary>A cache, and what was set last under each key.</summary>
    private sealed class CacheModel(CacheWorld world)
    {
        private readonly long[] _sizes = new long[Keys];

        public CacheWorld World => world;

        public void Set(int key, long bytes)
        {
            _sizes[key] = bytes;
            world.Cache.Set(key, "value", new MemoryCacheEntryOptions { Size = bytes });
            if (!world.Cache.TryGetValue(key, out _))
            {
                // It may fit when what was asked for has come.
                AwaitGrowth();
                world.Cache.Set(key, "value", new MemoryCacheEntryOptions { Size = bytes });
            }
        }

        public void GiveBack(long bytes)
        {
            // What comes in meanwhile is no part of what was asked for.
            AwaitGrowth();
            long before = world.Cache.LeasedBytes;
            world.GiveBackAsync(bytes).AsTask().GetAwaiter().GetResult();
            long after = world.Cache.LeasedBytes;
            Assert.True(
                after <= Math.Max(0, before - bytes), $"of {before} bytes {bytes} were asked: {after} are left");
        }

        private void AwaitGrowth() => OneHost.UntilAsync(
            () => !world.Cache.IsGrowing, () => "an end of growing").GetAwaiter().GetResult();

        /// <summary>How many entries there are.</summary>
        public int AssertCovered()
        {
            // In this order: entries may be dropped meanwhile, and steps may come.
            long used = world.Cache.UsedBytes;
            long live = LiveBytes(_sizes);
            long covered = world.Cache.LeasedBytes;
            long leased = world.LeasedBytes;
            Assert.True(used >= live, $"{live} bytes can be got, {used} are counted");
            Assert.True(covered >= used, $"{used} bytes are counted, {covered} cover them");
            Assert.True(leased >= covered, $"{covered} bytes should be leased, {leased} are");
            return Enumerable.Range(0, Keys).Count(key => world.Cache.TryGetValue(key, out _));
        }

        public long LiveBytes(long[] sizes) => Enumerable.Range(0, Keys)
            .Where(key => world.Cache.TryGetValue(key, out _))
            .Sum(key => sizes[key] + LeasedMemoryCache.EntryBytes);
    }
}
