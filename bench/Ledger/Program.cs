using System.Globalization;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Headroom.Ledger.Bench;

// Short runs in this process: what matters is the ratio between sizes, and that it is there within minutes.
IConfig config = ManualConfig.CreateEmpty()
    .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
    .AddLogger(NullLogger.Instance)
    .WithOptions(ConfigOptions.DisableLogFile);

Type[] benchmarks = [typeof(LeaseBenchmark), typeof(ExchangeBenchmark), typeof(AllotBenchmark)];
foreach (Type benchmark in benchmarks)
{
    Summary summary = BenchmarkRunner.Run(benchmark, config);
    double smallest = 0;
    foreach (BenchmarkReport report in summary.Reports)
    {
        double nanoseconds = report.ResultStatistics?.Median
            ?? throw new InvalidOperationException($"{report.BenchmarkCase.DisplayInfo} gave no result.");
        smallest = smallest == 0 ? nanoseconds : smallest;
        Console.WriteLine(string.Format(
            CultureInfo.InvariantCulture,
            "{0,-20} {1,8:N0} {2,8:N0} ns  {3:0.00}x",
            report.BenchmarkCase.Descriptor.WorkloadMethod.Name,
            report.BenchmarkCase.Parameters["Size"],
            nanoseconds,
            nanoseconds / smallest));
    }
}
