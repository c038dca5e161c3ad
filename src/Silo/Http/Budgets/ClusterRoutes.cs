using Headroom.Silo.Http.Description;
using Headroom.Silo.Http.Shapes;

namespace Headroom.Silo.Http.Budgets;

/// <summary>The routes of the cluster as a whole.</summary>
internal static class ClusterRoutes
{
    // Far more than a host that is well takes, and less than the call itself, which has 30 s.
    private static readonly TimeSpan ViewLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AuditLimit = TimeSpan.FromSeconds(10);

    /// <summary>Maps the view of the cluster and its audit.</summary>
    public static void MapCluster(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder group = routes.MapGroup("/v1").WithTags("cluster");
        group.MapGet("/cluster", GetClusterAsync)
            .WithName("getCluster").WithSummary("Shows all hosts.")
            .WithDescription("Names those that did not answer within 5 s in unreachable.")
            .Produces<ClusterResource>().Fails();
        group.MapGet("/audit", GetAuditAsync)
            .WithName("getAudit").WithSummary("Checks the invariants of all hosts.")
            .WithDescription("Answers 200 also when something does not hold: look at ok.")
            .Produces<AuditResource>().Fails();
    }

    private static async Task<IResult> GetClusterAsync(
        BudgetDirectory budgets, BudgetReader reader, TimeProvider time, CancellationToken ct)
    {
        var answers = await HostPoll.AskAsync(budgets.Hosts, reader.HostAsync, ViewLimit, time, ct);
        return Results.Ok(new ClusterResource
        {
            Hosts = [.. answers.Select(asked => asked.Answer).OfType<HostResource>()],
            Unreachable = [.. answers.Where(asked => asked.Answer is null).Select(asked => asked.Host)],
        });
    }

    private static async Task<IResult> GetAuditAsync(
        BudgetDirectory budgets, BudgetReader reader, TimeProvider time, CancellationToken ct)
    {
        var answers = await HostPoll.AskAsync(budgets.Hosts, reader.AuditAsync, AuditLimit, time, ct);
        ViolationResource[] violations =
        [
            .. answers.SelectMany(asked => asked.Answer is { } report
                ? report.Violations.Select(violation => new ViolationResource
                {
                    Invariant = violation.Invariant, Budget = violation.Budget, Detail = violation.Detail,
                })
                : [new ViolationResource { Invariant = "unreachable", Budget = asked.Host, Detail = asked.Why }]),
        ];
        return Results.Ok(new AuditResource { Ok = violations.Length == 0, Violations = violations });
    }
}
