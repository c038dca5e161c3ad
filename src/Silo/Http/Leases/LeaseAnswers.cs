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
            case Outcome.Granted when answer is { Rung: (byte)Rung.Loan, Loan: null }:
                return ProblemResult.Of(
                    Kind.Gone, "its first answer alone told where its memory is, and that was too long ago");
            case Outcome.Granted:
                LeaseResource lease = Granted(target, ask, answer);
                return Results.Created($"{Path}{lease.LeaseId}", lease);
            case Outcome.Waiting when ask.Urgency == (byte)Urgency.MustSucceed:
                return new WaitingResult(new WaitingResource
                {
                    RequestId = ask.RequestId,
                    Urgency = Words.Urgency(ask.Urgency),
                    Bytes = ask.Bytes,
                    Waiting = true,
                    State = Words.State(answer.State),
                    Rungs = Rungs(answer),
                    Holders = Holders(answer),
                    Detail = answer.Detail,
                    RetryAfterSeconds = Seconds(answer.RetryAfter),
                });
            default:
                return Failed(answer, ask.Urgency);
        }
    }

    /// <summary>The answer to a renewal.</summary>
    /// <param name="lease">The lease.</param>
    /// <param name="answer">What its container said.</param>
    /// <param name="loans">What its lenders said; nothing of it for a lease whose bytes are at home.</param>
    public IResult Renewed(SealedLease lease, LeaseAnswer answer, LoanRenewal loans)
    {
        if ((Outcome)answer.Outcome != Outcome.Granted)
        {
            return Failed(answer, lease.Claim.Urgency);
        }

        if (lease.Claim.Remote && loans.Kept.Count == 0)
        {
            return loans.Silent.Count == 0
                ? ProblemResult.Of(
                    Kind.Gone, $"the memory that it stands for is lost: {Names(loans.Gone)} has it no longer")
                : ProblemResult.Unavailable($"its lender does not answer: {Names(loans.Silent)}");
        }

        LoanPartResource[] parts =
        [
            .. loans.Kept.Select(loan => new LoanPartResource
            {
                Host = loan.Host, Epoch = loan.Loan.Epoch, Number = loan.Loan.Number,
            }),
        ];
        return Results.Ok(Lease(lease, answer, parts));
    }

    /// <summary>The rungs that were tried.</summary>
    public static RungResource[] Rungs(LeaseAnswer answer) => [.. answer.Rungs.Select(trial => new RungResource
    {
        Rung = Words.Rung(trial.Rung), AvailableBytes = trial.AvailableBytes,
    })];

    /// <summary>Who holds most.</summary>
    public static HolderResource[] Holders(LeaseAnswer answer) => [.. answer.Holders.Select(holder => new HolderResource
    {
        Name = holder.Name, Urgency = Words.Urgency(holder.Urgency), Bytes = holder.Bytes,
    })];

    private static ProblemResult Failed(LeaseAnswer answer, byte urgency) => (Outcome)answer.Outcome switch
    {
        Outcome.Gone => ProblemResult.Of(Kind.Gone, answer.Detail ?? "the lease was released, or it lapsed"),
        Outcome.Conflict =>
            ProblemResult.Of(Kind.Conflict, answer.Detail ?? "the same request id came before with another body"),
        Outcome.Invalid => Invalid(answer.Detail),
        Outcome.UrgencyNotAllowed => new ProblemResult(
            Budget(Kind.NotAllowed, answer, $"the policy does not allow {Words.Urgency(urgency)}") with
            {
                AvailableBytes = null,
                Rungs = null,
                Holders = null,
            }),
        Outcome.QuotaExceeded => new ProblemResult(
            Budget(Kind.QuotaExceeded, answer, "the must-succeed quota is used up") with { Rungs = null }),
        Outcome.Refused or Outcome.Waiting => new ProblemResult(
            Budget(Kind.Refused, answer, "there is not enough memory") with
            {
                RetryAfterSeconds = Seconds(answer.RetryAfter),
            }),
        Outcome.LastResort => new ProblemResult(
            Budget(Kind.LastResort, answer, "must-succeed could not be met") with
            {
                State = Words.State(answer.State),
                RetryAfterSeconds = Seconds(answer.RetryAfter),
            }),
        _ => ProblemResult.Unavailable(answer.Detail ?? "the authority cannot answer now", Seconds(answer.RetryAfter)),
    };

    /// <summary>400 for what can never be granted; a grain's sentence begins with the field's name.</summary>
    public static ProblemResult Invalid(string? answer)
    {
        string detail = answer ?? "the request can never be granted";
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
            Rungs = Rungs(answer),
            Holders = Holders(answer),
        };

    private LeaseResource Granted(LeaseTarget target, LeaseAsk ask, LeaseAnswer answer)
    {
        LoanPart[] parts = answer.Loan?.Parts ?? [];
        var claim = new LeaseClaim
        {
            LeaseId = answer.LeaseId,
            Epoch = answer.Epoch,
            Subsystem = target.Subsystem,
            Bytes = answer.Bytes,
            Urgency = ask.Urgency,
            Ttl = answer.Ttl,
            Remote = parts.Length > 0,
        };
        var lease = new SealedLease(target.Host, target.Container, claim)
        {
            Loans = [.. parts.Select(part => new LenderLoan(part.Host, part.Loan))],
        };
        return Lease(lease, answer, [.. parts.Select(part => new LoanPartResource
        {
            Host = part.Host,
            Endpoint = part.Endpoint,
            Epoch = part.Loan.Epoch,
            Number = part.Loan.Number,
            Token = Convert.ToBase64String(part.Token),
        })]);
    }

    private LeaseResource Lease(SealedLease lease, LeaseAnswer answer, LoanPartResource[] parts) => new()
    {
        LeaseId = seal.Seal(lease),
        Bytes = lease.Claim.Bytes,
        Urgency = Words.Urgency(lease.Claim.Urgency),
        Rung = Words.Rung(answer.Rung),
        Host = parts.Length > 0 ? parts[0].Host : lease.Host,
        ExpiresAt = time.GetUtcNow() + answer.Ttl,
        Loan = parts.Length > 0 ? new LoanResource { Bytes = lease.Claim.Bytes, Parts = parts } : null,
        Detail = answer.Detail,
        ReclaimBytes = answer.ReclaimBytes > 0 ? answer.ReclaimBytes : null,
        ReclaimWithinSeconds = answer.ReclaimBytes > 0 ? answer.ReclaimWithin.TotalSeconds : null,
    };

    private static string Names(IEnumerable<LenderLoan> loans) =>
        string.Join(" and ", loans.Select(loan => loan.Host));

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
