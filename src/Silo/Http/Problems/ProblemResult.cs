using System.Globalization;
using Headroom.Silo.Http.Input;
using Headroom.Silo.Http.Shapes;

namespace Headroom.Silo.Http.Problems;

/// <summary>An error as <c>application/problem+json</c> (RFC 9457).</summary>
internal sealed class ProblemResult(Problem problem) : IResult
{
    /// <summary>The media type of every error.</summary>
    public const string MediaType = "application/problem+json";

    /// <summary>What is answered.</summary>
    public Problem Problem => problem;

    /// <summary>A problem with a sentence of its own and nothing more.</summary>
    public static ProblemResult Of(Kind kind, string detail) => new(New(kind, detail));

    /// <summary>503, to be tried again soon.</summary>
    public static ProblemResult Unavailable(string detail, long retryAfterSeconds = 1) =>
        new(New(Kind.Unavailable, detail) with { RetryAfterSeconds = retryAfterSeconds });

    /// <summary>400 for one field.</summary>
    /// <param name="field">The field, in camelCase.</param>
    /// <param name="message">What is allowed: "must be ...".</param>
    public static ProblemResult Bad(string field, string message)
    {
        var errors = new InputErrors();
        errors.Add(field, message);
        return Bad(errors);
    }

    /// <summary>400 for all that was found wrong; there must be something.</summary>
    public static ProblemResult Bad(InputErrors errors)
    {
        string first = errors.First!;
        return new(New(Kind.BadInput, $"{first} {errors.Messages[first][0]}") with
        {
            Field = first,
            Errors = errors.Messages,
        });
    }

    /// <inheritdoc/>
    public Task ExecuteAsync(HttpContext httpContext)
    {
        HttpResponse response = httpContext.Response;
        response.StatusCode = problem.Status;
        response.Headers.CacheControl = "no-store";
        if (problem.RetryAfterSeconds is { } seconds)
        {
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        return response.WriteAsJsonAsync(problem, ShapesJson.Wire.Problem, MediaType, httpContext.RequestAborted);
    }

    /// <summary>The part that all problems of a kind have.</summary>
    public static Problem New(Kind kind, string detail) => new()
    {
        Type = kind.Type,
        Title = kind.Title,
        Status = kind.Status,
        Detail = detail,
    };
}
