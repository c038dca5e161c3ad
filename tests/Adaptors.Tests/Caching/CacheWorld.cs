using Headroom.Caching;
using Headroom.Client.Tests;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Logging.Abstractions;

namespace Headroom.Adaptors.Tests.Caching;

/// <summary>A cache on a budget of 1 MiB whose authority is in this process.</summary>
internal sealed class CacheWorld : IAsyncDisposable
{
    internal const long BudgetBytes = 1 << 20;
    internal const long StepBytes = 16 << 10;

    private readonly FakeAuthority _authority = new(TimeProvider.System);

    private CacheWorld(LeasedMemoryCacheOptions? options)
    {
        var settings = new HeadroomOptions { Container = "orders", Host = "node-1", MaxIdleCreditBytes = 0 };
        Client = HeadroomClient.Create(settings, _authority, NullLoggerFactory.Instance);
        Client.Start();
        Options = options ?? new LeasedMemoryCacheOptions();
        Options.StepBytes = StepBytes;
    }

    internal HeadroomClient Client { get; }

    internal LeasedMemoryCacheOptions Options { get; }

    internal LeasedMemoryCache Cache { get; private set; } = null!;

    internal long LeasedBytes => Client.GetStatus().LeasedBytes[(int)Urgency.Optional];

    internal static async Task<CacheWorld> MakeAsync(LeasedMemoryCacheOptions? options = null)
    {
        var world = new CacheWorld(options);
        await world.Client.WaitUntilReadyAsync();
        world.Cache = new LeasedMemoryCache(world.Client.Subsystem("cache"), world.Options);
        return world;
    }

    /// <summary>Sets until it was kept: the cache grows in the background.</summary>
    internal Task KeepAsync(object key, long bytes, CacheItemPriority priority = CacheItemPriority.Normal) =>
        OneHost.UntilAsync(
            () =>
            {
                Cache.Set(key, key, new MemoryCacheEntryOptions { Size = bytes, Priority = priority });
                return Cache.TryGetValue(key, out _);
            },
            () => $"{key} of {bytes} bytes kept; leased are {Cache.LeasedBytes} of which {Cache.UsedBytes} are used");

    internal ValueTask GiveBackAsync(long bytes) => Cache.GiveBackAsync(
        new ReclaimRequest("cache", bytes, Urgency.MustSucceed, TimeSpan.Zero));

    /// <summary>Disposes of the cache and waits until nothing is leased.</summary>
    internal async Task EndAsync()
    {
        Cache.Dispose();
        await OneHost.UntilAsync(() => LeasedBytes == 0, () => $"nothing leased, and not {LeasedBytes} bytes");
    }

    public async ValueTask DisposeAsync()
    {
        Cache.Dispose();
        await Client.DisposeAsync();
    }
}
