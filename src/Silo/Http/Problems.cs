using Headroom.Contracts;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Headroom.Silo.Http;

/// <summary>Errors as <c>application/problem+json</c>.</summary>
internal static class Problems
{
    /// <summary>A caller's mistake in one field.</summary>
    public static ProblemHttpResult Field(string field, string message)
    {
        ProblemDetails problem = New(StatusCodes.Status400BadRequest, "Bad input", $"{field} {message}.");
        problem.Extensions["field"] = field;
        problem.Extensions["errors"] = new Dictionary<string, string[]> { [field] = [message] };
        return TypedResults.Problem(problem);
    }

    public static ProblemHttpResult NotFound(string what) =>
        TypedResults.Problem(New(StatusCodes.Status404NotFound, "Not found", what));

    public static ProblemHttpResult WrongType() => TypedResults.Problem(
        New(StatusCodes.Status415UnsupportedMediaType, "Unsupported content type", "The body must be application/json."));

    public static ProblemHttpResult Gone(string detail) =>
        TypedResults.Problem(New(StatusCodes.Status410Gone, "Lease gone", detail));

    public static ProblemHttpResult Conflict(string detail) =>
        TypedResults.Problem(New(StatusCodes.Status409Conflict, "Request id in use", detail));

    /// <summary>Not now, and not for want of memory: the authority drains, is away, or is not sure of itself.</summary>
    public static ProblemHttpResult Unavailable(HttpContext context, string detail)
    {
        SetRetryAfter(context, TimeSpan.FromSeconds(1));
        return TypedResults.Problem(New(StatusCodes.Status503ServiceUnavailable, "Not available now", detail));
    }

    /// <summary>A request that was not granted.</summary>
    public static ProblemHttpResult Refused(HttpContext context, LeaseAnswer answer)
    {
        string detail = answer.Detail ?? "The request was refused.";
        switch ((Outcome)answer.Outcome)
        {
            case Outcome.Invalid:
                return Invalid(detail);
            case Outcome.Conflict:
                return Conflict(detail);
            case Outcome.Gone:
                return Gone(detail);
            case Outcome.UrgencyNotAllowed:
            case Outcome.QuotaExceeded:
                return Explained(answer, StatusCodes.Status403Forbidden, "Not allowed", detail);
            case Outcome.Refused:
                SetRetryAfter(context, answer.RetryAfter);
                return Explained(answer, StatusCodes.Status429TooManyRequests, "Refused for want of memory", detail);
            default:
                return Unavailable(context, detail);
        }
    }

    // The ledger's sentence begins with the field's name.
    private static ProblemHttpResult Invalid(string detail)
    {
        int space = detail.IndexOf(' ', StringComparison.Ordinal);
        return space > 0 ? Field(detail[..space].TrimEnd(':'), detail[(space + 1)..]) : Field("body", detail);
    }

    private static ProblemHttpResult Explained(LeaseAnswer answer, int status, string title, string detail)
    {
        ProblemDetails problem = New(status, title, detail);
        problem.Extensions["refusedBy"] = answer.RefusedBy;
        problem.Extensions["availableBytes"] = answer.AvailableBytes;
        problem.Extensions["rungs"] = Array.ConvertAll(
            answer.Rungs, trial => new RungResponse(((Rung)trial.Rung).ToString(), trial.AvailableBytes));
        return TypedResults.Problem(problem);
    }

    private static void SetRetryAfter(HttpContext context, TimeSpan after) =>
        context.Response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(after.TotalSeconds)).ToString(
            System.Globalization.CultureInfo.InvariantCulture);

    private static ProblemDetails New(int status, string title, string detail) => new()
    {
        Type = $"urn:headroom:problem:{status}",
        Title = title,
        Status = status,
        Detail = detail,
    };
}
