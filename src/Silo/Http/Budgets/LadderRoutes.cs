using Headroom.Contracts;
using Headroom.Silo.Http.Description;
using Headroom.Silo.Http.Input;
using Headroom.Silo.Http.Leases;
using Headroom.Silo.Http.Problems;
using Headroom.Silo.Http.Shapes;

namespace Headroom.Silo.Http.Budgets;

/// <summary>The routes that say how requests climb: who uses must-succeed, and what a request would get.</summary>
internal static class LadderRoutes
{
    private const string MustSucceed = BudgetRoutes.Container + "/must-succeed";
    private const string Explain = BudgetRoutes.Subsystem + "/explain";

    /// <summary>Maps them.</summary>
    public static void MapLadder(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder group = routes.MapGroup("")
            .AddEndpointFilter<RouteGroupBuilder, NameFilter>()
            .WithTags("ladder");

        group.MapGet(MustSucceed, GetMustSucceedAsync)
            .WithName("getMustSucceed").WithSummary("Shows what a container uses must-succeed for.")
            .Produces<MustSucceedResource>().Fails(400, 404);
        group.MapGet(Explain, ExplainAsync)
            .WithName("explainRequest").WithSummary("Says what would happen to a request now, without doing it.")
            .WithDescription(
                "As far as the container and its host, as last heard, can tell. Answers 200 also when it would be "
                + "refused: look at outcome.")
            .Produces<ExplainResource>().Fails(400, 404);
    }

    private static async Task<IResult> GetMustSucceedAsync(
        string host, string container, BudgetDirectory budgets, CancellationToken ct)
    {
        if (await budgets.Host(host).GetContainerAsync(container, ct) is null)
        {
            return Unknown(host, container);
        }

        MustSucceedView view = await budgets.Container(host, container).GetMustSucceedAsync(ct);
        return Results.Ok(new MustSucceedResource
        {
            Host = host,
            Container = container,
            QuotaBytes = view.QuotaBytes,
            OutstandingBytes = view.OutstandingBytes,
            Reasons = [.. view.Reasons.Select(row => new ReasonResource
            {
                Subsystem = row.Subsystem,
                Reason = row.Reason,
                Granted = row.Granted,
                Waiting = row.Waiting,
                OutstandingBytes = row.OutstandingBytes,
            })],
        });
    }

    private static async Task<IResult> ExplainAsync(
        string host,
        string container,
        string subsystem,
        HttpRequest request,
        BudgetDirectory budgets,
        CancellationToken ct)
    {
        var query = new QueryFields(request.Query);
        long bytes = query.Integer("bytes", 1, LeaseAsk.BytesRange);
        byte urgency = query.Word("urgency", Words.AllUrgencies);
        if (query.Errors.First is not null)
        {
            return ProblemResult.Bad(query.Errors);
        }

        // To ask the subsystem of a container that is not there would make one.
        if (await budgets.Host(host).GetContainerAsync(container, ct) is null)
        {
            return Unknown(host, container);
        }

        LeaseAnswer answer = await budgets.Subsystem(host, container, subsystem).ExplainAsync(bytes, urgency, ct);
        bool counted = answer.Rungs.Length > 0 || (Outcome)answer.Outcome == Outcome.QuotaExceeded;
        return (Outcome)answer.Outcome == Outcome.Invalid
            ? LeaseAnswers.Invalid(answer.Detail)
            : Results.Ok(new ExplainResource
            {
                Bytes = bytes,
                Urgency = Words.Urgency(urgency),
                Outcome = Words.Outcome(answer.Outcome),
                Rung = Words.Rung(answer.Rung),
                RefusedBy = answer.RefusedBy,
                AvailableBytes = counted ? answer.AvailableBytes : null,
                Rungs = LeaseAnswers.Rungs(answer),
                Holders = LeaseAnswers.Holders(answer),
                State = Words.State(answer.State),
                Detail = answer.Detail,
            });
    }

    private static ProblemResult Unknown(string host, string container) =>
        ProblemResult.Of(Kind.NotFound, $"host {host} knows no container {container}");
}
