using Headroom.Contracts;
using Headroom.Silo.Http.Description;
using Headroom.Silo.Http.Input;
using Headroom.Silo.Http.Problems;
using Headroom.Silo.Http.Shapes;

namespace Headroom.Silo.Http.Budgets;

/// <summary>The routes of hosts, containers and subsystems: their state, and their settings.</summary>
internal static class BudgetRoutes
{
    /// <summary>The route of one host.</summary>
    public const string Host = "/v1/hosts/{host}";

    /// <summary>The route of one container.</summary>
    public const string Container = Host + "/containers/{container}";

    /// <summary>The route of one subsystem.</summary>
    public const string Subsystem = Container + "/subsystems/{subsystem}";

    /// <summary>Maps GET and PUT of each.</summary>
    public static void MapBudgets(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder group = routes.MapGroup("")
            .AddEndpointFilter<RouteGroupBuilder, NameFilter>()
            .WithTags("budgets");
        group.MapGet(Host, GetHostAsync)
            .WithName("getHost").WithSummary("Shows a host.")
            .Produces<HostResource>().Fails(400, 404);
        group.MapPut(Host, PutHostAsync)
            .WithName("putHost").WithSummary("Changes settings of a host.")
            .WithDescription("What is absent stays as it is. On a refusal nothing has changed.")
            .Takes<HostChange>().Produces<HostResource>().Fails(400, 404, 415);
        group.MapGet(Container, GetContainerAsync)
            .WithName("getContainer").WithSummary("Shows a container.")
            .Produces<ContainerResource>().Fails(400, 404);
        group.MapPut(Container, PutContainerAsync)
            .WithName("putContainer").WithSummary("Declares a container, or changes its settings.")
            .WithDescription("What is absent stays as it is. On a refusal nothing has changed.")
            .Takes<ContainerChange>().Produces<ContainerResource>().Fails(400, 404, 415);
        group.MapGet(Subsystem, GetSubsystemAsync)
            .WithName("getSubsystem").WithSummary("Shows a subsystem: its policy and what it holds.")
            .Produces<SubsystemResource>().Fails(400, 404);
        group.MapPut(Subsystem, PutSubsystemAsync)
            .WithName("putSubsystem").WithSummary("Declares a subsystem, or changes its policy.")
            .WithDescription(
                "What is absent stays as it is. On a refusal nothing has changed. Declares its container as well. The "
                + "state normal lifts the last resort; it comes back when must-succeed still cannot be met.")
            .Takes<SubsystemChange>().Produces<SubsystemResource>().Fails(400, 404, 415);
    }

    private static async Task<IResult> GetHostAsync(string host, BudgetReader reader, CancellationToken ct) =>
        Results.Ok(await reader.HostAsync(host, ct));

    private static async Task<IResult> PutHostAsync(
        string host, HttpRequest request, BudgetDirectory budgets, BudgetReader reader, CancellationToken ct)
    {
        Parsed<HostChange> body = await RequestBody.ReadAsync(request, HostChange.Fields, HostChange.Read, ct);
        if (!body.IsGood(out HostChange? change, out ProblemResult? problem))
        {
            return problem;
        }

        return Refusal(await budgets.Host(host).ConfigureAsync(change.ToSettings(), ct))
            ?? Results.Ok(await reader.HostAsync(host, ct));
    }

    private static async Task<IResult> GetContainerAsync(
        string host, string container, BudgetReader reader, CancellationToken ct) =>
        Found(await reader.ContainerAsync(host, container, ct), $"host {host} knows no container {container}");

    private static async Task<IResult> PutContainerAsync(
        string host,
        string container,
        HttpRequest request,
        BudgetDirectory budgets,
        BudgetReader reader,
        CancellationToken ct)
    {
        Parsed<ContainerChange> body =
            await RequestBody.ReadAsync(request, ContainerChange.Fields, ContainerChange.Read, ct);
        if (!body.IsGood(out ContainerChange? change, out ProblemResult? problem))
        {
            return problem;
        }

        return Refusal(await budgets.Host(host).ConfigureContainerAsync(container, change.ToSettings(), ct))
            ?? Found(await reader.ContainerAsync(host, container, ct), $"host {host} knows no container {container}");
    }

    private static async Task<IResult> GetSubsystemAsync(
        string host, string container, string subsystem, BudgetReader reader, CancellationToken ct) =>
        Found(
            await reader.SubsystemAsync(host, container, subsystem, ct),
            $"nobody declared or used a subsystem {subsystem} of container {container}");

    private static async Task<IResult> PutSubsystemAsync(
        string host,
        string container,
        string subsystem,
        HttpRequest request,
        BudgetDirectory budgets,
        BudgetReader reader,
        CancellationToken ct)
    {
        Parsed<SubsystemChange> body =
            await RequestBody.ReadAsync(request, SubsystemChange.Fields, SubsystemChange.Read, ct);
        if (!body.IsGood(out SubsystemChange? change, out ProblemResult? problem))
        {
            return problem;
        }

        ISubsystemGrain grain = budgets.Subsystem(host, container, subsystem);
        if (Refusal(await grain.ConfigureAsync(change.ToPolicy(), ct)) is { } refusal)
        {
            return refusal;
        }

        if (change.State is not null)
        {
            await grain.LiftAsync(ct);
        }

        return Found(
            await reader.SubsystemAsync(host, container, subsystem, ct),
            $"nobody declared or used a subsystem {subsystem} of container {container}");
    }

    private static ProblemResult? Refusal(ConfigureAnswer answer) =>
        answer is { Field: { } field, Error: { } error } ? ProblemResult.Bad(field, error) : null;

    private static IResult Found<T>(T? resource, string otherwise)
        where T : class =>
        resource is null ? ProblemResult.Of(Kind.NotFound, otherwise) : Results.Ok(resource);
}
