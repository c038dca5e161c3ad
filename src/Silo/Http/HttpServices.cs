using Headroom.Grains;
using Headroom.Silo.Storage;
using OpenTelemetry.Metrics;

namespace Headroom.Silo.Http;

/// <summary>The HTTP API.</summary>
internal static class HttpServices
{
    /// <summary>Adds what the API needs.</summary>
    public static IServiceCollection AddHeadroomHttp(this IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(options => options.SerializerOptions.TypeInfoResolverChain.Insert(0, ApiJson.Default));
        services.AddProblemDetails();
        services.AddExceptionHandler<ProblemHandler>();
        services.AddOpenApi("v1", options => options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "Headroom";
            document.Info.Description = "Memory admission control: ask before memory is taken, and say how badly it is needed.";
            return Task.CompletedTask;
        }));
        services.AddSingleton<Budgets>();
        services.AddSingleton(provider => new LeaseSeal(provider.GetRequiredService<ClusterKey>().Bytes.Span));
        services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter(GrainsRegistration.MeterName, "System.Runtime", "Microsoft.AspNetCore.Hosting", "Polly")
            .AddPrometheusExporter());
        return services;
    }

    // An empty name makes no segment and so no route: it is bad input all the same.
    private static Task RefuseEmptyNamesAsync(HttpContext context, RequestDelegate next) =>
        context.Request.Path.Value is { } path && path.StartsWith("/v1/", StringComparison.Ordinal)
        && (path.Contains("//", StringComparison.Ordinal) || path.EndsWith("/hosts/", StringComparison.Ordinal))
            ? Problems.Field("path", "must not have an empty name").ExecuteAsync(context)
            : next(context);

    /// <summary>Maps the routes.</summary>
    public static void MapHeadroomHttp(this WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.Use(RefuseEmptyNamesAsync);
        app.MapPrometheusScrapingEndpoint("/metrics");
        app.MapOpenApi();
        app.MapCluster();
        app.MapContainers();
        app.MapLeases();
        app.MapEvents();
    }
}
