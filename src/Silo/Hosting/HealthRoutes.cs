namespace Headroom.Silo.Hosting;

/// <summary>The probes.</summary>
internal static class HealthRoutes
{
    /// <summary>
    /// Maps <c>GET /healthz/live</c> (200 while the process answers at all) and <c>GET /healthz/ready</c> (200 when
    /// this silo should be sent work, else 503 with the reason).
    /// </summary>
    public static IEndpointRouteBuilder MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/healthz/live", () => Results.Text("live")).WithTags("health");
        routes.MapGet("/healthz/ready", ReadyAsync).WithTags("health");
        return routes;
    }

    private static async Task<IResult> ReadyAsync(Readiness readiness) => await readiness.WhyNotAsync() is { } reason
        ? Results.Text(reason, statusCode: StatusCodes.Status503ServiceUnavailable)
        : Results.Text("ready");
}
