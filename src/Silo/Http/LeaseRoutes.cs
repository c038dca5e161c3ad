using System.Security.Cryptography;
using System.Text;
using Headroom.Contracts;
using Headroom.Grains.Resilience;
using Microsoft.Extensions.Options;

namespace Headroom.Silo.Http;

/// <summary>Leases without a session.</summary>
internal static class LeaseRoutes
{
    private const int MaxWaitSeconds = 3_600;
    private const int MaxRequestIdLength = 128;
    private const int MaxReasonLength = 256;

    // One call to a budget waits no longer than this, so that a silo's death is noticed; the request keeps its place.
    private static readonly TimeSpan CallWait = TimeSpan.FromSeconds(5);

    public static void MapLeases(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/hosts/{host}/containers/{container}/subsystems/{subsystem}/leases", CreateAsync)
            .WithTags("leases").WithSummary("Asks for a lease. The same request id again is never charged twice.")
            .Accepts<LeaseBody>("application/json")
            .Produces<LeaseResponse>(201).Produces<WaitingResponse>(202)
            .ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(415)
            .ProducesProblem(429).ProducesProblem(503);
        routes.MapPost("/v1/leases/{leaseId}/renew", RenewAsync)
            .WithTags("leases").WithSummary("Renews a lease for as long again.")
            .Produces<LeaseResponse>().ProducesProblem(404).ProducesProblem(410).ProducesProblem(503);
        routes.MapDelete("/v1/leases/{leaseId}", DeleteAsync)
            .WithTags("leases").WithSummary("Gives a lease back; again and again, if need be.")
            .Produces(204).ProducesProblem(404).ProducesProblem(503);
    }

    private static async Task<IResult> CreateAsync(
        string host,
        string container,
        string subsystem,
        HttpContext context,
        Budgets budgets,
        LeaseSeal seal,
        IOptionsMonitor<UrgencyPipelineOptions> pipelines,
        TimeProvider time)
    {
        if (budgets.Check(host, container, subsystem) is { } problem)
        {
            return problem;
        }

        if (!context.Request.HasJsonContentType())
        {
            return Problems.WrongType();
        }

        (LeaseRequest request, string requestId) = await ReadAsync(context.Request, host, container, subsystem, budgets);
        TimeSpan wait = request.Wait ?? pipelines.Get(((Urgency)request.Urgency).ToString()).Wait;
        LeaseAnswer answer;
        try
        {
            answer = await WaitAsync(budgets.Subsystem(host, container, subsystem), request, wait, time, context.RequestAborted);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Whoever hung up asks no more, unless it must succeed: then the same request may come again for its place.
            if (request.Urgency != (byte)Urgency.MustSucceed)
            {
                await budgets.Container(host, container).CancelAsync(request.RequestId, CancellationToken.None);
            }

            throw;
        }

        string urgency = ((Urgency)request.Urgency).ToString();
        if (answer.Outcome == (byte)Outcome.Waiting)
        {
            return TypedResults.Accepted((string?)null, new WaitingResponse(requestId, request.Bytes, urgency, true, 1));
        }

        if (answer.Outcome != (byte)Outcome.Granted)
        {
            return Problems.Refused(context, answer);
        }

        string id = seal.Seal(host, container, new LeaseClaim
        {
            LeaseId = answer.LeaseId,
            Epoch = answer.Epoch,
            Subsystem = subsystem,
            Bytes = answer.Bytes,
            Urgency = request.Urgency,
            Ttl = answer.Ttl,
        });
        return TypedResults.Created(
            $"/v1/leases/{id}",
            new LeaseResponse(
                id, answer.Bytes, urgency, ((Rung)answer.Rung).ToString(), host, time.GetUtcNow() + answer.Ttl));
    }

    private static async Task<(LeaseRequest Request, string RequestId)> ReadAsync(
        HttpRequest body, string host, string container, string subsystem, Budgets budgets)
    {
        Fields fields = await Fields.ReadAsync(
            body, "bytes", "urgency", "requestId", "waitSeconds", "ttlSeconds", "reason");
        long bytes = fields.RequiredInteger("bytes", 1, long.MaxValue);
        Urgency urgency = fields.Urgency("urgency")
            ?? throw new FieldException("urgency", "must be there: 0 to 3, or its name");
        string rule = $"must be 1 to {MaxRequestIdLength} printable ASCII characters";
        string requestId = fields.Text("requestId", IsRequestId, rule)
            ?? throw new FieldException("requestId", rule);
        long? waitSeconds = fields.Integer("waitSeconds", 0, MaxWaitSeconds);
        long? ttlSeconds = fields.Integer("ttlSeconds", 1, (long)budgets.MaxLeaseTtl.TotalSeconds);
        string? reason = fields.Text(
            "reason", text => text.Length <= MaxReasonLength, $"must be a text of at most {MaxReasonLength} characters");
        return (new LeaseRequest
        {
            RequestId = IdOf(host, container, subsystem, requestId),
            Bytes = bytes,
            Urgency = (byte)urgency,
            Wait = waitSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            Ttl = ttlSeconds is { } life ? TimeSpan.FromSeconds(life) : null,
            Reason = reason ?? (urgency == Urgency.MustSucceed ? "unspecified" : null),
        }, requestId);
    }

    private static async Task<LeaseAnswer> WaitAsync(
        ISubsystemGrain grain, LeaseRequest request, TimeSpan wait, TimeProvider time, CancellationToken cancellationToken)
    {
        long start = time.GetTimestamp();
        while (true)
        {
            TimeSpan left = wait - time.GetElapsedTime(start);
            left = left > TimeSpan.Zero ? left : TimeSpan.Zero;
            bool more = left > CallWait;
            LeaseAnswer answer = await grain.AcquireAsync(
                request with { Wait = more ? CallWait : left, More = more }, cancellationToken);
            if (answer.Outcome != (byte)Outcome.Waiting || !more)
            {
                return answer;
            }
        }
    }

    private static async Task<IResult> RenewAsync(
        string leaseId, HttpContext context, Budgets budgets, LeaseSeal seal, TimeProvider time)
    {
        if (Find(leaseId, budgets, seal) is not { } lease)
        {
            return Problems.NotFound("There is no such lease.");
        }

        LeaseAnswer answer = await budgets.Container(lease.Host, lease.Container)
            .RenewLeaseAsync(lease.Claim, context.RequestAborted);
        return answer.Outcome == (byte)Outcome.Granted
            ? TypedResults.Ok(new LeaseResponse(
                leaseId,
                answer.Bytes,
                ((Urgency)lease.Claim.Urgency).ToString(),
                ((Rung)answer.Rung).ToString(),
                lease.Host,
                time.GetUtcNow() + answer.Ttl))
            : Problems.Refused(context, answer);
    }

    private static async Task<IResult> DeleteAsync(
        string leaseId, Budgets budgets, LeaseSeal seal, CancellationToken cancellationToken)
    {
        if (Find(leaseId, budgets, seal) is not { } lease)
        {
            return Problems.NotFound("There is no such lease.");
        }

        await budgets.Container(lease.Host, lease.Container).ReleaseLeaseAsync(lease.Claim, cancellationToken);
        return TypedResults.NoContent();
    }

    private static (string Host, string Container, LeaseClaim Claim)? Find(string leaseId, Budgets budgets, LeaseSeal seal) =>
        seal.Open(leaseId) is { } lease && budgets.Knows(lease.Host) ? lease : null;

    private static bool IsRequestId(string text) =>
        text.Length is >= 1 and <= MaxRequestIdLength && text.All(c => c is >= ' ' and < (char)127);

    // The caller's id means something only within its subsystem.
    private static Guid IdOf(string host, string container, string subsystem, string requestId)
    {
        byte[] hash = SHA256.HashData(Encoding.ASCII.GetBytes($"{host}/{container}/{subsystem}/{requestId}"));
        return new Guid(hash.AsSpan(0, 16));
    }
}
