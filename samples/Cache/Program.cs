using System.Diagnostics;
using Headroom;
using Headroom.Buffers;
using Headroom.Caching;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

HostApplicationBuilder builder = Host.CreateApplicationBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Services.AddHeadroom(o => o.Container = "cache-sample");
builder.Services.AddHeadroomMemoryCache();
builder.Services.AddHeadroomMemoryPool("journal", Urgency.SafeToFail);
using IHost host = builder.Build();
await host.StartAsync();
await host.Services.GetRequiredService<IMemoryBudget>().WaitUntilReadyAsync();

IMemoryCache cache = host.Services.GetRequiredService<IMemoryCache>();
var leased = (LeasedMemoryCache)cache;
LeasedMemoryPool pool = host.Services.GetRequiredService<LeasedMemoryPool>();

// Fills what is free, as far as anything Optional may: until it has not grown for a while.
const int PageBytes = 16 << 10;
var still = Stopwatch.StartNew();
long most = 0;

// So many pages a millisecond: growing, which goes on in the background, keeps up with that.
const int PagesPerTick = 64;
using var tempo = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
for (int page = 0; still.Elapsed < TimeSpan.FromSeconds(2); page++)
{
    using (ICacheEntry entry = cache.CreateEntry(page))
    {
        entry.Value = new byte[PageBytes];
        entry.Size = PageBytes;
    }

    if (leased.LeasedBytes > most)
    {
        most = leased.LeasedBytes;
        still.Restart();
    }

    if (page % PagesPerTick == 0)
    {
        await tempo.WaitForNextTickAsync();
    }
}

Console.WriteLine($"cached: {leased.Count} pages, {leased.LeasedBytes >> 20} MiB leased");

// An ordinary buffer: refused when memory is short, and that is all right where it is asked for.
try
{
    using LeasedBuffer buffer = await pool.RentAsync(1 << 20);
    Console.WriteLine($"buffer: {buffer.Memory.Length >> 20} MiB");
}
catch (MemoryRefusedException refused)
{
    Console.WriteLine($"buffer: refused by {refused.RefusedBy}");
}

// One that must be: the cache gives way, and the process' memory is really free before it is granted.
const int CommitBytes = 64 << 20;
var watch = Stopwatch.StartNew();
using (MustSucceedBuffer commit = await pool.RentMustSucceedAsync(CommitBytes, "commit"))
{
    TimeSpan took = watch.Elapsed;
    await commit.WriteAsync(0, new byte[PageBytes]);
    Console.WriteLine($"commit: {commit.Length >> 20} MiB {(commit.IsRemote ? "on another host" : "at home")} "
        + $"after {took.TotalMilliseconds:0} ms; {leased.LeasedBytes >> 20} MiB of the cache are left");
}

await host.StopAsync();
