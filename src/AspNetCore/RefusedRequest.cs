using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace Headroom.AspNetCore;

/// <summary>Answers requests that were not admitted, with the problems that the silo's own API uses.</summary>
internal static class RefusedRequest
{
    internal static Task AnswerAsync(HttpContext context, MemoryRefusedException refusal)
    {
        var problem = new ProblemDetails
        {
            Status = StatusCodes.Status503ServiceUnavailable,
            Type = "urn:headroom:problem:refused",
            Title = "Refused for want of memory",
            Detail = refusal.Message,
            Extensions =
            {
                ["refusedBy"] = refusal.RefusedBy,
                ["requestedBytes"] = refusal.RequestedBytes,
                ["availableBytes"] = refusal.AvailableBytes,
            },
        };
        if (refusal.RetryAfter > TimeSpan.Zero)
        {
            // Whole seconds, and never earlier than was said.
            long seconds = (long)Math.Ceiling(refusal.RetryAfter.TotalSeconds);
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
            problem.Extensions["retryAfterSeconds"] = seconds;
        }

        return AnswerAsync(context, problem);
    }

    internal static Task AnswerTooLargeAsync(HttpContext context, long bytes) => AnswerAsync(
        context,
        new ProblemDetails
        {
            Status = StatusCodes.Status413PayloadTooLarge,
            Type = "urn:headroom:problem:too-large",
            Title = "The request needs more memory than this server has",
            Extensions = { ["requestedBytes"] = bytes },
        });

    private static Task AnswerAsync(HttpContext context, ProblemDetails problem)
    {
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Problem(problem).ExecuteAsync(context);
    }
}
