using Headroom.Contracts;

namespace Headroom.Silo.Http;

/// <summary>The cluster, its hosts, and the audit.</summary>
internal static class ClusterRoutes
{
    public static void MapCluster(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/cluster", GetClusterAsync)
            .WithTags("cluster").WithSummary("All hosts with what they have, gave out and hold back.")
            .Produces<ClusterResponse>();
        routes.MapGet("/v1/audit", AuditAsync)
            .WithTags("cluster").WithSummary("Checks all invariants over the live budgets.")
            .Produces<AuditResponse>();
        routes.MapGet("/v1/hosts/{host}", GetHostAsync)
            .WithTags("hosts").WithSummary("A host as it stands.")
            .Produces<HostResponse>().ProducesProblem(400).ProducesProblem(404);
        routes.MapPut("/v1/hosts/{host}", PutHostAsync)
            .WithTags("hosts").WithSummary("Changes a host's settings; what is absent stays as it is.")
            .Accepts<HostChange>("application/json")
            .Produces<HostResponse>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(415);
    }

    private static async Task<IResult> GetClusterAsync(Budgets budgets, CancellationToken cancellationToken)
    {
        HostResponse[] hosts = await Task.WhenAll(budgets.Hosts.Select(host => budgets.ViewAsync(host, cancellationToken)));
        return TypedResults.Ok(new ClusterResponse(hosts));
    }

    private static async Task<IResult> AuditAsync(Budgets budgets, CancellationToken cancellationToken)
    {
        AuditReport[] reports = await Task.WhenAll(
            budgets.Hosts.Select(host => budgets.Host(host).AuditAsync(cancellationToken).AsTask()));
        AuditViolation[] violations =
        [
            .. reports.SelectMany(report => report.Violations)
                .Select(found => new AuditViolation(found.Invariant, found.Budget, found.Detail)),
        ];
        return TypedResults.Ok(new AuditResponse(violations.Length == 0, violations));
    }

    private static async Task<IResult> GetHostAsync(string host, Budgets budgets, CancellationToken cancellationToken) =>
        budgets.Check(host) ?? TypedResults.Ok(await budgets.ViewAsync(host, cancellationToken));

    private static async Task<IResult> PutHostAsync(
        string host, HttpRequest request, Budgets budgets, CancellationToken cancellationToken)
    {
        if (budgets.Check(host) is { } problem)
        {
            return problem;
        }

        if (!request.HasJsonContentType())
        {
            return Problems.WrongType();
        }

        Fields fields = await Fields.ReadAsync(request, "capacityBytes", "reserveBytes", "pledgedBytes");
        var settings = new HostSettings
        {
            CapacityBytes = fields.Integer("capacityBytes", 1, long.MaxValue),
            ReserveBytes = fields.Integer("reserveBytes", 0, long.MaxValue),
            PledgedBytes = fields.Integer("pledgedBytes", 0, long.MaxValue),
        };
        ConfigureAnswer answer = await budgets.Host(host).ConfigureAsync(settings, cancellationToken);
        return answer.Field is { } field
            ? Problems.Field(field, answer.Error!)
            : TypedResults.Ok(await budgets.ViewAsync(host, cancellationToken));
    }
}
