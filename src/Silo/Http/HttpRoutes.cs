using Headroom.Silo.Http.Budgets;
using Headroom.Silo.Http.Chaos;
using Headroom.Silo.Http.Events;
using Headroom.Silo.Http.Leases;
using Headroom.Silo.Http.Problems;

namespace Headroom.Silo.Http;

/// <summary>Maps the HTTP API.</summary>
internal static class HttpRoutes
{
    /// <summary>The route of the metrics.</summary>
    public const string Metrics = "/metrics";

    /// <summary>Maps all routes but the probes, and gives every error of the application a body.</summary>
    public static WebApplication MapHeadroomHttp(this WebApplication app)
    {
        app.UseMiddleware<ProblemPages>();
        app.MapCluster();
        app.MapBudgets();
        app.MapLadder();
        app.MapLeases();
        app.MapEvents();
        app.MapChaos();
        app.MapOpenApi();
        app.MapPrometheusScrapingEndpoint(Metrics);
        return app;
    }
}
