using System.Diagnostics;
using System.Net.Http.Json;
using Headroom.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Xunit;

namespace Headroom.Chaos.Tests;

/// <summary>
/// What an application's OpenTelemetry SDK gets to see of its budget, with a real silo behind it. Alone, because it
/// sees each budget of the process.
/// </summary>
[CollectionDefinition(nameof(TelemetryTests), DisableParallelization = true)]
[Collection(nameof(TelemetryTests))]
[Trait("Kind", "Process")]
public sealed class TelemetryTests
{
    private const string Host = "observed";
    private const long Mebibyte = 1L << 20;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task OpenTelemetry_LeasesRefusalsAndWaits_AreExported()
    {
        await using SiloProcess silo = await SiloProcess.StartAsync(
            $"--Headroom:Host:Name={Host}", $"--Headroom:Host:CapacityBytes={512 * Mebibyte}");
        using HttpResponseMessage limited = await silo.Http.PutAsJsonAsync(
            $"/v1/hosts/{Host}/containers/orders", new { limitBytes = 64 * Mebibyte }, Stop);
        limited.EnsureSuccessStatusCode();
        var metrics = new List<MetricSnapshot>();
        var spans = new List<Activity>();
        using IHost app = Build(silo, metrics, spans);
        await app.StartAsync(Stop);
        IMemoryBudget budget = app.Services.GetRequiredService<IMemoryBudget>();
        await budget.WaitUntilReadyAsync(Stop).WaitAsync(Limit, Stop);
        ISubsystem journal = budget.Subsystem("journal");

        using MemoryLease safe = await journal.AcquireAsync(16 * Mebibyte, Urgency.SafeToFail, Stop);
        MemoryRefusedException refused = await Assert.ThrowsAsync<MemoryRefusedException>(
            () => journal.AcquireAsync(60 * Mebibyte, Urgency.Optional, Stop).AsTask());
        using MemoryLease commit = await journal.AcquireMustSucceedAsync(50 * Mebibyte, "commit", Stop);
        IOperation scan = journal.Operation("scan", new OperationOptions { StartBytes = 1000 });
        using EstimatedLease estimated = await scan.AcquireAsync(Urgency.MustSucceed, Stop);
        estimated.Record(2000);
        estimated.Dispose();
        app.Services.GetRequiredService<MeterProvider>().ForceFlush();
        app.Services.GetRequiredService<TracerProvider>().ForceFlush();

        Assert.Equal(16 * Mebibyte, Sum(metrics, "headroom.client.lease.usage", "safe_to_fail"));
        Assert.Equal(50 * Mebibyte, Sum(metrics, "headroom.client.lease.usage", "must_succeed"));
        Assert.Equal(1, Sum(metrics, "headroom.client.session.active"));
        Assert.Equal(0, Sum(metrics, "headroom.client.session.lapses"));
        Assert.Equal(3, Sum(metrics, "headroom.client.leases"));
        Assert.Equal(2000, Sum(metrics, "headroom.client.estimate.needed", "journal"));
        Assert.Equal(1, Sum(metrics, "headroom.client.estimate.overruns", "journal"));
        Assert.Equal(1, Count(metrics, "headroom.client.request.duration", "safe_to_fail", "host"));
        Assert.Equal(1, Count(metrics, "headroom.client.request.duration", "optional", "not_enough_memory"));
        Assert.Equal(2, Count(metrics, "headroom.client.request.duration", "must_succeed", "overdraft"));
        Assert.Equal(1, Count(metrics, "headroom.client.exchange.duration", "open"));
        Assert.True(Count(metrics, "headroom.client.exchange.duration", "exchange") >= 1);

        Assert.Equal(4, spans.Count);
        Assert.All(spans, span => Assert.Equal(("acquire journal", "Headroom"), (span.DisplayName, span.Source.Name)));
        Activity failed = Assert.Single(spans, span => span.Status == ActivityStatusCode.Error);
        Assert.Equal("not_enough_memory", failed.GetTagItem("error.type"));
        Assert.Equal(refused.Message, failed.StatusDescription);
        Assert.NotEmpty(refused.Rungs);
        Assert.Equal(refused.Rungs.Count, failed.Events.Count());
        await app.StopAsync(Stop);
    }

    private static IHost Build(SiloProcess silo, List<MetricSnapshot> metrics, List<Activity> spans)
    {
        HostApplicationBuilder builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddHeadroom(options =>
        {
            options.Host = Host;
            options.Container = "orders";
            options.Gateway = $"127.0.0.1:{silo.GatewayPort}";
            options.MaxIdleCreditBytes = 0;
        });
        builder.Services.AddMetrics();
        builder.Services.AddOpenTelemetry()
            .WithMetrics(meters => meters.AddMeter("Headroom").AddInMemoryExporter(
                metrics,

                // Exported when the test says so, and only then.
                reader => reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = int.MaxValue))
            .WithTracing(sources => sources.AddSource("Headroom").AddInMemoryExporter(spans));
        return builder.Build();
    }

    private static long Sum(List<MetricSnapshot> metrics, string name, params string[] values) =>
        Points(metrics, name, values).Sum(point => point.GetSumLong());

    private static long Count(List<MetricSnapshot> metrics, string name, params string[] values) =>
        Points(metrics, name, values).Sum(point => point.GetHistogramCount());

    private static IEnumerable<MetricPoint> Points(List<MetricSnapshot> metrics, string name, string[] values)
    {
        MetricSnapshot metric = Assert.Single(metrics, metric => metric.Name == name);
        return metric.MetricPoints.Where(point =>
        {
            var seen = new HashSet<object?>();
            foreach (KeyValuePair<string, object?> tag in point.Tags)
            {
                seen.Add(tag.Value);
            }

            return values.All(seen.Contains);
        });
    }
}
