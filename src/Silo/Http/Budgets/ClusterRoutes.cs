using Headroom.Contracts;
using Headroom.Silo.Http.Description;
using Headroom.Silo.Http.Shapes;

namespace Headroom.Silo.Http.Budgets;

/// <summary>The routes of the cluster as a whole.</summary>
internal static class ClusterRoutes
{
    /// <summary>Maps the view of the cluster and its audit.</summary>
    public static void MapCluster(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder group = routes.MapGroup("/v1").WithTags("cluster");
        group.MapGet("/cluster", GetClusterAsync)
            .WithName("getCluster").WithSummary("Shows all hosts.")
            .Produces<ClusterResource>().Fails();
        group.MapGet("/audit", GetAuditAsync)
            .WithName("getAudit").WithSummary("Checks the invariants of all hosts.")
            .WithDescription("Answers 200 also when something does not hold: look at ok.")
            .Produces<AuditResource>().Fails();
    }

    private static async Task<IResult> GetClusterAsync(
        BudgetDirectory budgets, BudgetReader reader, CancellationToken ct) =>
        Results.Ok(new ClusterResource
        {
            Hosts = await Task.WhenAll(budgets.Hosts.Select(host => reader.HostAsync(host, ct))),
        });

    private static async Task<IResult> GetAuditAsync(BudgetDirectory budgets, CancellationToken ct)
    {
        AuditReport[] reports = await Task.WhenAll(
            budgets.Hosts.Select(host => budgets.Host(host).AuditAsync(ct).AsTask()));
        ViolationResource[] violations =
        [
            .. reports.SelectMany(report => report.Violations).Select(violation => new ViolationResource
            {
                Invariant = violation.Invariant, Budget = violation.Budget, Detail = violation.Detail,
            }),
        ];
        return Results.Ok(new AuditResource { Ok = violations.Length == 0, Violations = violations });
    }
}
