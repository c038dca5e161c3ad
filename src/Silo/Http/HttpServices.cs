using System.Text.Json.Serialization;
using Headroom.Grains.Events;
using Headroom.Silo.Http.Budgets;
using Headroom.Silo.Http.Description;
using Headroom.Silo.Http.Events;
using Headroom.Silo.Http.Leases;
using Headroom.Silo.Http.Shapes;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Headroom.Silo.Http;

/// <summary>Registers what the HTTP API needs.</summary>
internal static class HttpServices
{
    // Ours; the garbage collector's and the thread pool's; the server's and its routes'; and those of the grains' host.
    private static readonly string[] Meters =
    [
        "Headroom", "System.Runtime", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel",
        "Microsoft.Orleans", "Polly",
    ];

    /// <summary>
    /// Adds the API. There must also be an <see cref="IGrainFactory"/>, a <see cref="Storage.ClusterKey"/>, a
    /// <see cref="TimeProvider"/>, an <see cref="Grains.Placement.IHostDirectory"/>, the settings of host and session,
    /// and the options of the urgencies' pipelines.
    /// </summary>
    public static IServiceCollection AddHeadroomHttp(this IServiceCollection services)
    {
        services.TryAddSingleton<IClusterView, KnownHosts>();
        services.TryAddSingleton<EventHub>();
        services.AddSingleton<BudgetDirectory>();
        services.AddSingleton<BudgetReader>();
        services.AddSingleton<LeaseSeal>();
        services.AddSingleton<LeaseAnswers>();
        services.AddSingleton<RequestsUnderWay>();
        services.AddSingleton<LeaseDesk>();
        services.AddSingleton<LoanDesk>();
        services.AddSingleton<EventStreams>();
        services.ConfigureHttpJsonOptions(options =>
        {
            options.SerializerOptions.TypeInfoResolverChain.Insert(0, ShapesJson.Wire);
            options.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
            options.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
        });
        services.AddOpenApi(ApiDocument.Name, ApiDocument.Complete);
        services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("headroom", autoGenerateServiceInstanceId: false))
            .WithMetrics(metrics => metrics.AddMeter(Meters).AddPrometheusExporter());
        return services;
    }
}
