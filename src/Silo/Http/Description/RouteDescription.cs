using Headroom.Silo.Http.Input;
using Headroom.Silo.Http.Problems;
using Headroom.Silo.Http.Shapes;

namespace Headroom.Silo.Http.Description;

/// <summary>What routes say of themselves, for the OpenAPI document.</summary>
internal static class RouteDescription
{
    /// <summary>The route takes a JSON body of this shape.</summary>
    public static RouteHandlerBuilder Takes<T>(this RouteHandlerBuilder route)
        where T : notnull =>
        route.Accepts<T>(RequestBody.MediaType);

    /// <summary>The route may fail with these statuses, and like every route with 503.</summary>
    public static RouteHandlerBuilder Fails(this RouteHandlerBuilder route, params ReadOnlySpan<int> statuses)
    {
        foreach (int status in statuses)
        {
            route.Produces<Problem>(status, ProblemResult.MediaType);
        }

        return route.Produces<Problem>(StatusCodes.Status503ServiceUnavailable, ProblemResult.MediaType);
    }
}
