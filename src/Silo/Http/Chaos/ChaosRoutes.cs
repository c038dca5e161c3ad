using Headroom.Silo.Http.Budgets;
using Headroom.Silo.Http.Description;
using Headroom.Silo.Http.Input;
using Headroom.Silo.Http.Problems;
using Headroom.Silo.Http.Shapes;
using Headroom.Silo.Options;
using Microsoft.Extensions.Options;

namespace Headroom.Silo.Http.Chaos;

/// <summary>The routes that cause trouble; there only where that is enabled.</summary>
internal static class ChaosRoutes
{
    /// <summary>Maps them, if <c>Headroom:Chaos:Enabled</c> is set.</summary>
    public static void MapChaos(this IEndpointRouteBuilder routes)
    {
        if (!routes.ServiceProvider.GetRequiredService<IOptions<ChaosSettings>>().Value.Enabled)
        {
            return;
        }

        routes.MapPost("/v1/chaos/pressure", PressAsync)
            .WithTags("chaos")
            .WithName("pressMemory").WithSummary("Takes memory of a host on purpose, and holds it for a time.")
            .WithDescription("The silo of the host really uses it: answered when every page of it was touched.")
            .Takes<PressureAsk>().Produces<PressureResource>(StatusCodes.Status201Created).Fails(400, 404);
    }

    private static async Task<IResult> PressAsync(
        HttpRequest request, BudgetDirectory budgets, TimeProvider time, CancellationToken ct)
    {
        Parsed<PressureAsk> parsed = await RequestBody.ReadAsync(request, PressureAsk.Fields, PressureAsk.Read, ct);
        if (parsed.Value is not { } ask)
        {
            return parsed.Problem!;
        }

        if (!budgets.Knows(ask.Host))
        {
            return ProblemResult.Of(Kind.NotFound, $"there is no host {ask.Host} in this cluster");
        }

        var duration = TimeSpan.FromSeconds(ask.Seconds);
        string? why = await budgets.Pressure(ask.Host).HoldAsync(ask.Bytes, duration, ct);
        return why is null
            ? Results.Created((string?)null, new PressureResource
            {
                Host = ask.Host,
                Bytes = ask.Bytes,
                EndsAt = time.GetUtcNow() + duration,
            })
            : ProblemResult.Bad("bytes", $"cannot be held: {why}");
    }
}
