using Headroom.Contracts;

namespace Headroom.Silo.Http;

/// <summary>Containers and subsystems.</summary>
internal static class ContainerRoutes
{
    private const string Container = "/v1/hosts/{host}/containers/{container}";
    private const string Subsystem = Container + "/subsystems/{subsystem}";

    // A path of a cgroup that a kernel would take: absolute, without steps upward.
    private const int MaxCgroupLength = 1_024;

    public static void MapContainers(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Container, GetContainerAsync)
            .WithTags("containers").WithSummary("A container as it stands.")
            .Produces<ContainerResponse>().ProducesProblem(400).ProducesProblem(404);
        routes.MapPut(Container, PutContainerAsync)
            .WithTags("containers").WithSummary("Declares a container or changes its settings.")
            .Accepts<ContainerChange>("application/json")
            .Produces<ContainerResponse>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(415);
        routes.MapGet(Subsystem, GetSubsystemAsync)
            .WithTags("subsystems").WithSummary("A subsystem's policy and what it holds.")
            .Produces<SubsystemResponse>().ProducesProblem(400).ProducesProblem(404);
        routes.MapPut(Subsystem, PutSubsystemAsync)
            .WithTags("subsystems").WithSummary("Declares a subsystem or changes its policy.")
            .Accepts<SubsystemChange>("application/json")
            .Produces<SubsystemResponse>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(415);
    }

    private static async Task<IResult> GetContainerAsync(
        string host, string container, Budgets budgets, CancellationToken cancellationToken) =>
        budgets.Check(host, container)
        ?? (await budgets.ViewAsync(host, container, cancellationToken) is { } view
            ? TypedResults.Ok(ContainerResponse.From(host, view))
            : Problems.NotFound($"Nobody declared or used the container {container} on host {host}."));

    private static async Task<IResult> PutContainerAsync(
        string host, string container, HttpRequest request, Budgets budgets, CancellationToken cancellationToken)
    {
        if (budgets.Check(host, container) is { } problem)
        {
            return problem;
        }

        if (!request.HasJsonContentType())
        {
            return Problems.WrongType();
        }

        Fields fields = await Fields.ReadAsync(request, "limitBytes", "guaranteeBytes", "mustSucceedQuotaBytes", "cgroup");
        var settings = new ContainerSettings
        {
            LimitBytes = fields.Integer("limitBytes", 1, long.MaxValue),
            GuaranteeBytes = fields.Integer("guaranteeBytes", 0, long.MaxValue),
            MustSucceedQuotaBytes = fields.Integer("mustSucceedQuotaBytes", 0, long.MaxValue),
            Cgroup = fields.Text(
                "cgroup", IsCgroup, $"must be empty, or an absolute path of at most {MaxCgroupLength} characters without .."),
        };
        ConfigureAnswer answer = await budgets.Host(host).ConfigureContainerAsync(container, settings, cancellationToken);
        return answer.Field is { } field
            ? Problems.Field(field, answer.Error!)
            : TypedResults.Ok(ContainerResponse.From(host, (await budgets.ViewAsync(host, container, cancellationToken))!));
    }

    private static async Task<IResult> GetSubsystemAsync(
        string host, string container, string subsystem, Budgets budgets, CancellationToken cancellationToken) =>
        budgets.Check(host, container, subsystem)
        ?? (await budgets.Subsystem(host, container, subsystem).GetAsync(cancellationToken) is { } view
            ? TypedResults.Ok(SubsystemResponse.From(host, container, subsystem, view))
            : Problems.NotFound($"Nobody declared or used the subsystem {subsystem} of container {container} on host {host}."));

    private static async Task<IResult> PutSubsystemAsync(
        string host,
        string container,
        string subsystem,
        HttpRequest request,
        Budgets budgets,
        CancellationToken cancellationToken)
    {
        if (budgets.Check(host, container, subsystem) is { } problem)
        {
            return problem;
        }

        if (!request.HasJsonContentType())
        {
            return Problems.WrongType();
        }

        Fields fields = await Fields.ReadAsync(request, "maxUrgency", "emergencyCreditBytes", "lastResort");
        ISubsystemGrain grain = budgets.Subsystem(host, container, subsystem);
        ConfigureAnswer answer = await grain.ConfigureAsync(
            new SubsystemPolicy
            {
                MaxUrgency = (byte?)fields.Urgency("maxUrgency"),
                EmergencyCreditBytes = fields.Integer("emergencyCreditBytes", 0, long.MaxValue),
                LastResort = (byte?)fields.LastResort("lastResort"),
            },
            cancellationToken);
        return answer.Field is { } field
            ? Problems.Field(field, answer.Error!)
            : TypedResults.Ok(SubsystemResponse.From(
                host, container, subsystem, (await grain.GetAsync(cancellationToken))!));
    }

    private static bool IsCgroup(string path) =>
        path.Length == 0
        || (path.Length <= MaxCgroupLength && path[0] == '/' && path.All(c => c is > ' ' and < (char)127)
            && !path.Split('/').Contains("..", StringComparer.Ordinal));
}
