using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
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

    /// <summary>Uses this client, once it has credit for some of the largest buffers.</summary>
    public static async Task UseAsync(HeadroomClient client)
    {
        ISubsystem subsystem = client.Subsystem("buffers");
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        const long Enough = BufferPairs.Large * 16;
        while (!subsystem.TryAcquire(Enough, Urgency.SafeToFail, out MemoryLease lease) | Ended(lease))
        {
            await timer.WaitForNextTickAsync();
        }

        _pool = new LeasedMemoryPool(subsystem, Urgency.SafeToFail);
        _cache = new LeasedMemoryCache(client.Subsystem("cache"));
        while (_cache.LeasedBytes == 0)
        {
            await timer.WaitForNextTickAsync();
        }
    }

    /// <summary>Runs a class of benchmarks in this process, quietly.</summary>
    public static Summary Run<T>()
    {
        Job job = Job.Default.WithToolchain(InProcessEmitToolchain.Instance)
            .WithWarmupCount(5)
            .WithIterationCount(15);
        ManualConfig config = ManualConfig.CreateEmpty()
            .AddJob(job)
            .AddDiagnoser(MemoryDiagnoser.Default)
            .AddColumnProvider(DefaultColumnProviders.Instance)
            .AddLogger(ConsoleLogger.Default)
            .WithArtifactsPath(Path.Combine(Path.GetTempPath(), $"headroom-bench-{Environment.ProcessId}"))
            .WithOptions(ConfigOptions.DisableLogFile);
        Summary summary = BenchmarkRunner.Run<T>(config);
        if (summary.HasCriticalValidationErrors || summary.Reports.Any(report => !report.Success))
        {
            throw new InvalidOperationException($"{typeof(T).Name} did not run to its end.");
        }

        return summary;
    }

    private static bool Ended(MemoryLease lease)
    {
        lease.Dispose();
        return false;
    }
}
