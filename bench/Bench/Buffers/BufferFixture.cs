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
            .AddLogger(NullLogger.Instance)
            .WithArtifactsPath(Path.Combine(Path.GetTempPath(), $"headroom-bench-{Environment.ProcessId}"))
            .WithOptions(ConfigOptions.DisableLogFile);
        Summary summary = BenchmarkRunner.Run<T>(config);
        if (summary.HasCriticalValidationErrors || summary.Reports.Any(report => !report.Success))
        {
            throw new InvalidOperationException($"{typeof(T).Name} did not run to its end.");
        }

        return summary;
    }
}
