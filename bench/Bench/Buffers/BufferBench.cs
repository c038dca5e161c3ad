using System.Globalization;
using BenchmarkDotNet.Reports;
using Spectre.Console;

namespace Headroom.Bench.Buffers;

/// <summary>Leased buffers and cached entries beside those of .NET.</summary>
internal static class BufferBench
{
    public static async Task RunAsync(SiloChild silo)
    {
        await using HeadroomClient client = await HeadroomClient.ConnectAsync(new HeadroomOptions
        {
            Host = silo.Host,
            Container = "buffers",
            Gateway = $"127.0.0.1:{silo.GatewayPort}",
        });
        await BufferFixture.UseAsync(client);
        PrintPool(InProcess.Run<BufferPairs>());
        PrintCache(InProcess.Run<CachePairs>());
    }

    private static void PrintPool(Summary summary)
    {
        Table table = new Table()
            .Title("A buffer rented and given back (median nanoseconds)")
            .AddColumns(
                "operation", "size", "ours", "ArrayPool", "more by", "must be within", "aim", "bytes allocated");
        foreach (int size in (int[])[4096, BufferPairs.Large])
        {
            double arrays = Time(summary, nameof(BufferPairs.ArrayPool), size);
            foreach (string name in (string[])
                [nameof(BufferPairs.TryRent), nameof(BufferPairs.Rent), nameof(BufferPairs.MemoryPool)])
            {
                double time = Time(summary, name, size);
                bool ours = name != nameof(BufferPairs.MemoryPool);
                table.AddRow(
                    ours ? $"LeasedMemoryPool.{name}" : "MemoryPool.Shared.Rent",
                    $"{size}",
                    Text(time),
                    Text(arrays),
                    Text(time - arrays),
                    ours ? "60" : "",
                    ours ? "25" : "",
                    Allocated(summary, name, size).ToString(CultureInfo.InvariantCulture));
            }
        }

        AnsiConsole.Write(table.Caption($"{BufferFixture.Missed} times there was no credit"));
    }

    private static void PrintCache(Summary summary)
    {
        Table table = new Table()
            .Title("A cache entry read and replaced (median nanoseconds)")
            .AddColumns("operation", "ours", "MemoryCache", "ratio", "bytes allocated", "MemoryCache");
        foreach ((string name, string ours, string theirs) in ((string, string, string)[])
            [
                ("TryGetValue", nameof(CachePairs.GetLeased), nameof(CachePairs.GetPlain)),
                ("Set", nameof(CachePairs.SetLeased), nameof(CachePairs.SetPlain)),
            ])
        {
            (double own, double peer) = (Time(summary, ours), Time(summary, theirs));
            table.AddRow(
                name, Text(own), Text(peer), Text(own / peer), $"{Allocated(summary, ours)}",
                $"{Allocated(summary, theirs)}");
        }

        AnsiConsole.Write(table);
    }

    private static double Time(Summary summary, string method, int? size = null) =>
        Report(summary, method, size).ResultStatistics!.Median;

    private static long Allocated(Summary summary, string method, int? size = null)
    {
        BenchmarkReport report = Report(summary, method, size);
        return report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase)
            ?? throw new InvalidOperationException("Nothing was measured.");
    }

    private static BenchmarkReport Report(Summary summary, string method, int? size) =>
        summary.Reports.Single(report =>
            report.BenchmarkCase.Descriptor.WorkloadMethod.Name == method
            && (size is null || Equals(report.BenchmarkCase.Parameters[nameof(BufferPairs.Size)], size)));

    private static string Text(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);
}
