using Headroom.Buffers;
using Headroom.Caching;

namespace Headroom.Bench.Buffers;

/// <summary>
/// A pool and a cache on a connected client, for benchmarks that run in this process: its session goes on renewing
/// meanwhile, as it does in a service.
/// </summary>
internal static class BufferFixture
{
    // Static, because benchmark classes are made by their runner.
    private static LeasedMemoryPool? _pool;
    private static LeasedMemoryCache? _cache;

    public static LeasedMemoryPool Pool => _pool ?? throw new InvalidOperationException("There is no client yet.");

    public static LeasedMemoryCache Cache => _cache ?? throw new InvalidOperationException("There is no client yet.");

    /// <summary>Uses this client, once its cache could lease something.</summary>
    public static async Task UseAsync(HeadroomClient client)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        _pool = new LeasedMemoryPool(client.Subsystem("buffers"), Urgency.SafeToFail);
        _cache = new LeasedMemoryCache(client.Subsystem("cache"));
        while (_cache.LeasedBytes == 0)
        {
            await timer.WaitForNextTickAsync();
        }
    }

    /// <summary>Waits until there is credit for some buffers: while others were measured it went back.</summary>
    public static void EnsureCredit(int bytes)
    {
        LeasedBuffer buffer;
        while (!Pool.TryRent(bytes * 16, out buffer))
        {
            Thread.Yield();
        }

        buffer.Dispose();
    }

    /// <summary>
    /// How often there was no credit: once in a while on a machine so busy that the session is not renewed in time.
    /// </summary>
    public static int Missed { get; private set; }

    /// <summary>There was no credit for a buffer: waits until there is.</summary>
    public static int Miss(int bytes)
    {
        Missed++;
        EnsureCredit(bytes);
        return 0;
    }
}
