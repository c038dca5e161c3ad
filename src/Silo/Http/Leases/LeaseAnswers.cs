using System.Globalization;
using Headroom.Contracts;
using Headroom.Silo.Http.Problems;
using Headroom.Silo.Http.Shapes;

namespace Headroom.Silo.Http.Leases;

/// <summary>Translates what a grain answered into what the client is told.</summary>
internal sealed class LeaseAnswers(LeaseSeal seal, TimeProvider time)
{
    /// <summary>Where a lease is found.</summary>
    public const string Path = "/v1/leases/";

    /// <summary>The answer to a request for a lease.</summary>
    public IResult Acquired(LeaseTarget target, LeaseAsk ask, LeaseAnswer answer)
    {
        switch ((Outcome)answer.Outcome)
        {
            case Outcome.Granted:
                LeaseResource lease = Lease(target.Host, target.Container, answer, new LeaseClaim
                {
                    LeaseId = answer.LeaseId,
                    Epoch = answer.Epoch,
                    Subsystem = target.Subsystem,
                    Bytes = answer.Bytes,
                    Urgency = ask.Urgency,
                    Ttl = answer.Ttl,
                });
                return Results.Created($"{Path}{lease.LeaseId}", lease);
            case Outcome.Waiting when ask.Urgency == (byte)Urgency.MustSucceed:
                return new WaitingResult(new WaitingResource
                {
                    RequestId = ask.RequestId,
                    Urgency = Words.Urgency(ask.Urgency),
                    Bytes = ask.Bytes,
                    Waiting = true,
                    RetryAfterSeconds = Seconds(answer.RetryAfter),
                });
            default:
                return Failed(answer, ask.Urgency);
        }
    }

    /// <summary>The answer to a renewal.</summary>
    public IResult Renewed(SealedLease lease, LeaseAnswer answer) => (Outcome)answer.Outcome == Outcome.Granted
        ? Results.Ok(Lease(lease.Host, lease.Container, answer, lease.Claim))
        : Failed(answer, lease.Claim.Urgency);

    private static ProblemResult Failed(LeaseAnswer answer, byte urgency) => (Outcome)answer.Outcome switch
    {
        Outcome.Gone => ProblemResult.Of(Kind.Gone, answer.Detail ?? "the lease was released, or it lapsed"),
        Outcome.Conflict =>
            ProblemResult.Of(Kind.Conflict, answer.Detail ?? "the same request id came before with another body"),
        Outcome.Invalid => Invalid(answer.Detail ?? "the request can never be granted"),
        Outcome.UrgencyNotAllowed => new ProblemResult(
            Budget(Kind.NotAllowed, answer, $"the policy does not allow {Words.Urgency(urgency)}") with
            {
                AvailableBytes = null,
                Rungs = null,
            }),
        Outcome.QuotaExceeded => new ProblemResult(
            Budget(Kind.QuotaExceeded, answer, "the must-succeed quota is used up") with { Rungs = null }),
        Outcome.Refused or Outcome.Waiting => new ProblemResult(
            Budget(Kind.Refused, answer, "there is not enough memory") with
            {
                RetryAfterSeconds = Seconds(answer.RetryAfter),
            }),
        _ => ProblemResult.Unavailable(answer.Detail ?? "the authority cannot answer now", Seconds(answer.RetryAfter)),
    };

    // The grain's sentence begins with the field's name.
    private static ProblemResult Invalid(string detail)
    {
        int end = detail.AsSpan().IndexOfAny(' ', ':');
        string field = end < 0 ? "" : detail[..end];
        return LeaseAsk.Fields.Contains(field, StringComparer.Ordinal) || field is "subsystem"
            ? ProblemResult.Bad(field, detail[(end + 1)..].TrimStart())
            : ProblemResult.Bad("body", detail);
    }

    private static Problem Budget(Kind kind, LeaseAnswer answer, string otherwise) =>
        ProblemResult.New(kind, answer.Detail ?? otherwise) with
        {
            RefusedBy = answer.RefusedBy ?? "container",
            AvailableBytes = answer.AvailableBytes,
            Rungs = [.. answer.Rungs.Select(trial => new RungResource
            {
                Rung = Words.Rung(trial.Rung), AvailableBytes = trial.AvailableBytes,
            })],
        };

    private LeaseResource Lease(string host, string container, LeaseAnswer answer, LeaseClaim claim) => new()
    {
        LeaseId = seal.Seal(new SealedLease(host, container, claim)),
        Bytes = claim.Bytes,
        Urgency = Words.Urgency(claim.Urgency),
        Rung = Words.Rung(answer.Rung),
        Host = host,
        ExpiresAt = time.GetUtcNow() + answer.Ttl,
    };

    // Whole seconds are all that the header knows, and 0 would mean at once.
    private static long Seconds(TimeSpan wait) => Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds));

    private sealed class WaitingResult(WaitingResource waiting) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            HttpResponse response = httpContext.Response;
            response.StatusCode = StatusCodes.Status202Accepted;
            response.Headers.RetryAfter = waiting.RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
            return response.WriteAsJsonAsync(
                waiting, ShapesJson.Wire.WaitingResource, contentType: null, httpContext.RequestAborted);
        }
    }
}
