using System.Globalization;
using BenchmarkDotNet.Reports;
using Spectre.Console;

namespace Headroom.Bench.Credit;

/// <summary>Leases on local credit beside a bare atomic counter and .NET's own limiter.</summary>
internal static class CreditBench
{
    public static async Task RunAsync(SiloChild silo)
    {
        await using HeadroomClient client = await HeadroomClient.ConnectAsync(new HeadroomOptions
        {
            Host = silo.Host,
            Container = "credit",
            Gateway = $"127.0.0.1:{silo.GatewayPort}",
        });
        await CreditFixture.UseAsync(client);
        Summary one = InProcess.Run<LeaseOnOneThread>();
        Summary many = InProcess.Run<LeaseOnThreads>();
        int cores = Environment.ProcessorCount;

        Table table = new Table()
            .Title($"A lease on local credit, taken and disposed ({cores} cores; median nanoseconds)")
            .AddColumns("operation", "ours", "beside", "theirs", "ratio", "must reach", "aim", "bytes allocated");
        double atomic = Time(one, nameof(LeaseOnOneThread.InterlockedPair));
        double limiter = Time(one, nameof(LeaseOnOneThread.ConcurrencyLimiterAttempt));
        Add(nameof(LeaseOnOneThread.TryAcquire), "an interlocked pair", atomic, "1.5x", "0.3x");
        Add(nameof(LeaseOnOneThread.AcquireAsync), "an interlocked pair", atomic, "", "");
        Add(nameof(LeaseOnOneThread.TryAcquireMustSucceed), "an interlocked pair", atomic, "", "");
        Faster(
            "TryAcquire, 1 thread", Time(one, nameof(LeaseOnOneThread.TryAcquire)), limiter, "4x faster", "15x faster");
        double all = Time(many, nameof(LeaseOnThreads.Headroom), cores);
        Faster(
            $"TryAcquire, {cores} threads",
            all,
            Time(many, nameof(LeaseOnThreads.Limiter), cores),
            "10x faster",
            "60x faster");
        double alone = Time(many, nameof(LeaseOnThreads.Headroom), 1);
        table.AddRow(
            $"throughput, {cores} threads", Text(all), "1 thread", Text(alone), Text(cores * alone / all),
            Text(0.75 * cores), Text(0.97 * cores), "");
        AnsiConsole.Write(table);

        void Add(string name, string peer, double theirs, string must, string aim)
        {
            double ours = Time(one, name);
            table.AddRow(
                name, Text(ours), peer, Text(theirs), Text(ours / theirs), must, aim,
                Allocated(one, name).ToString(CultureInfo.InvariantCulture));
        }

        void Faster(string name, double ours, double theirs, string must, string aim) => table.AddRow(
            name, Text(ours), "ConcurrencyLimiter", Text(theirs), $"{Text(theirs / ours)} faster", must, aim, "");
    }

    private static double Time(Summary summary, string method, int? threads = null) =>
        Report(summary, method, threads).ResultStatistics!.Median;

    private static long Allocated(Summary summary, string method)
    {
        BenchmarkReport report = Report(summary, method, null);
        return report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase)
            ?? throw new InvalidOperationException("Nothing was measured.");
    }

    private static BenchmarkReport Report(Summary summary, string method, int? threads) =>
        summary.Reports.Single(report =>
            report.BenchmarkCase.Descriptor.WorkloadMethod.Name == method
            && (threads is null
                || Equals(report.BenchmarkCase.Parameters[nameof(LeaseOnThreads.Threads)], threads)));

    private static string Text(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);
}
