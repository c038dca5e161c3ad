using Headroom.Contracts;
using Headroom.Silo.Http.Budgets;
using Headroom.Silo.Http.Description;
using Headroom.Silo.Http.Input;
using Headroom.Silo.Http.Problems;
using Headroom.Silo.Http.Shapes;
using Headroom.Silo.Options;
using Microsoft.Extensions.Options;

namespace Headroom.Silo.Http.Leases;

/// <summary>The routes of leases: ask, renew, give back.</summary>
internal static class LeaseRoutes
{
    private const string Leases = BudgetRoutes.Subsystem + "/leases";
    private const string Lease = LeaseAnswers.Path + "{leaseId}";

    /// <summary>Maps them.</summary>
    public static void MapLeases(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder group = routes.MapGroup("")
            .AddEndpointFilter<RouteGroupBuilder, NameFilter>()
            .WithTags("leases");
        group.MapPost(Leases, PostAsync)
            .WithName("acquireLease").WithSummary("Asks for a lease.")
            .WithDescription(
                "A container or subsystem that nobody declared is created from the defaults. Repeating a request is "
                + "safe: the same requestId with the same body gets the first answer. A must-succeed that still waits "
                + "after waitSeconds is answered 202 and keeps its place: send the same request again within 15 s "
                + "to go on waiting. When the client hangs up, any other request is taken back. With rung loan the "
                + "memory is on other hosts: the loan says where, and its token opens it.")
            .Takes<LeaseAsk>()
            .Produces<LeaseResource>(StatusCodes.Status201Created)
            .Produces<WaitingResource>(StatusCodes.Status202Accepted)
            .Fails(400, 403, 404, 409, 410, 415, 429);
        group.MapPost(Lease + "/renew", RenewAsync)
            .WithName("renewLease").WithSummary("Renews a lease for as long again as it was made for.")
            .WithDescription(
                "Takes no body, or an empty object. Of a lease with a loan, the loan is renewed at its lenders too, "
                + "and shows the parts that are left. reclaimBytes says that the lease is asked back.")
            .Produces<LeaseResource>().Fails(400, 404, 410, 415);
        group.MapDelete(Lease, DeleteAsync)
            .WithName("releaseLease").WithSummary("Gives a lease back.")
            .WithDescription("Answers 204 again when it is repeated, and when the lease has lapsed.")
            .Produces(StatusCodes.Status204NoContent).Fails(404);
    }

    private static async Task<IResult> PostAsync(
        string host,
        string container,
        string subsystem,
        HttpRequest request,
        LeaseDesk desk,
        LeaseAnswers answers,
        IOptionsMonitor<SessionSettings> session,
        CancellationToken ct)
    {
        TimeSpan maxTtl = session.CurrentValue.MaxLeaseTtl;
        Parsed<LeaseAsk> body = await RequestBody.ReadAsync(
            request, LeaseAsk.Fields, fields => LeaseAsk.Read(fields, maxTtl), ct);
        if (!body.IsGood(out LeaseAsk? ask, out ProblemResult? problem))
        {
            return problem;
        }

        var target = new LeaseTarget(host, container, subsystem);
        return answers.Acquired(target, ask, await desk.AcquireAsync(target, ask.ToRequest(target), ct));
    }

    private static async Task<IResult> RenewAsync(
        string leaseId,
        HttpRequest request,
        LeaseSeal seal,
        LeaseAnswers answers,
        LoanDesk loans,
        BudgetDirectory budgets,
        CancellationToken ct)
    {
        if (Find(leaseId, seal, budgets) is not { } lease)
        {
            return Unknown();
        }

        if (!RequestBody.IsAbsent(request)
            && !(await RequestBody.ReadAsync(request, [], _ => lease, ct)).IsGood(out _, out ProblemResult? problem))
        {
            return problem;
        }

        // Both at once: the loan must not lapse at its lender because the authority at home is starting.
        IContainerBudgetGrain home = budgets.Container(lease.Host, lease.Container);
        Task<LoanRenewal> lenders = loans.RenewAsync(lease, ct);
        Task<LeaseAnswer> held = home.RenewLeaseAsync(lease.Claim, ct).AsTask();
        await Task.WhenAll(lenders, held);
        (LoanRenewal renewal, LeaseAnswer answer) = (await lenders, await held);
        if (lease.Claim.Remote && (Outcome)answer.Outcome == Outcome.Gone)
        {
            await loans.ReleaseAsync(lease, ct);
        }
        else if (lease.Claim.Remote && renewal.Gone.Count == lease.Loans.Count)
        {
            // A lease without memory would count against the quota until it lapses.
            await home.ReleaseLeaseAsync(lease.Claim, ct);
        }

        return answers.Renewed(lease, answer, renewal);
    }

    private static async Task<IResult> DeleteAsync(
        string leaseId, LeaseSeal seal, LoanDesk loans, BudgetDirectory budgets, CancellationToken ct)
    {
        if (Find(leaseId, seal, budgets) is not { } lease)
        {
            return Unknown();
        }

        await Task.WhenAll(
            loans.ReleaseAsync(lease, ct),
            budgets.Container(lease.Host, lease.Container).ReleaseLeaseAsync(lease.Claim, ct).AsTask());
        return Results.NoContent();
    }

    private static SealedLease? Find(string leaseId, LeaseSeal seal, BudgetDirectory budgets) =>
        seal.Unseal(leaseId) is { } lease && budgets.Knows(lease.Host) ? lease : null;

    private static ProblemResult Unknown() =>
        ProblemResult.Of(Kind.NotFound, "there is no lease of this id in this cluster");
}
