using System.Diagnostics;
using System.Globalization;
using Headroom.Caching;
using Headroom.Contracts;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Spectre.Console;

namespace Headroom.Bench.Caching;

/// <summary>
/// A cache that fills its container, and a must-succeed of another process that takes 90 % of it: from the request to
/// its grant, and what this process has resident before and after.
/// </summary>
internal static class CacheBench
{
    private const string Container = "cached";
    private const int Rounds = 5;
    private const int ValueBytes = 16 << 10;
    private const long Limit = 512L << 20;

    // The floor of Optional is a fifth.
    private const long Cached = 384L << 20;

    public static async Task RunAsync(SiloChild silo, IHost orleans)
    {
        await orleans.Services.GetRequiredService<IGrainFactory>().GetGrain<IHostBudgetGrain>(silo.Host)
            .ConfigureContainerAsync(
                Container, new ContainerSettings { LimitBytes = Limit }, CancellationToken.None);
        await using HeadroomClient client = await ConnectAsync(silo);
        await using HeadroomClient other = await ConnectAsync(silo);
        using var cache = new LeasedMemoryCache(client.Subsystem("cache"));
        Table table = new Table()
            .Title($"A cache of {Cached >> 20} MiB in entries of {ValueBytes >> 10} KiB gives way to a must-succeed")
            .AddColumns(
                "round", "leased before", "after", "grant after ms", "must be within", "resident before", "after");
        for (int round = 1; round <= Rounds; round++)
        {
            await FillAsync(cache);
            long before = cache.LeasedBytes;
            long residentBefore = Environment.WorkingSet;
            long start = Stopwatch.GetTimestamp();
            MemoryLease lease = await other.Subsystem("journal").AcquireMustSucceedAsync(
                Limit - (before / 10), "bench", new MustSucceedOptions { AllowLoan = false });
            TimeSpan took = Stopwatch.GetElapsedTime(start);
            long after = cache.LeasedBytes;
            table.AddRow(
                $"{round}",
                Mebibytes(before),
                Mebibytes(after),
                took.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture),
                "1000",
                Mebibytes(residentBefore),
                Mebibytes(Environment.WorkingSet));
            lease.Dispose();
            if (after > before / 10)
            {
                throw new InvalidOperationException($"Of {before} bytes the cache has {after} left.");
            }
        }

        AnsiConsole.Write(table);
    }

    private static Task<HeadroomClient> ConnectAsync(SiloChild silo) => HeadroomClient.ConnectAsync(
        new HeadroomOptions
        {
            Host = silo.Host,
            Container = Container,
            Gateway = $"127.0.0.1:{silo.GatewayPort}",
            MaxIdleCreditBytes = 0,
        });

    private static async Task FillAsync(LeasedMemoryCache cache)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        int key = 0;
        while (cache.UsedBytes < Cached)
        {
            for (int i = 0; i < 1000; i++)
            {
                byte[] value = GC.AllocateUninitializedArray<byte>(ValueBytes);
                value.AsSpan().Fill(1);
                cache.Set(key++, value, new MemoryCacheEntryOptions { Size = ValueBytes });
            }

            // It grows in the background.
            await timer.WaitForNextTickAsync();
        }
    }

    private static string Mebibytes(long bytes) => $"{bytes >> 20} MiB";
}
