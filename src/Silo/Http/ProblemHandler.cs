using Headroom.Contracts;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Headroom.Silo.Http;

/// <summary>
/// Turns exceptions into problems: a caller's mistake is 400; a budget that does not answer is 503, because asking again
/// may help. Anything else is a fault of ours and stays a 500, logged by the server.
/// </summary>
internal sealed class ProblemHandler : IExceptionHandler
{
    /// <inheritdoc/>
    public async ValueTask<bool> TryHandleAsync(
        HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        ProblemHttpResult? problem = exception switch
        {
            FieldException field => Problems.Field(field.Field, field.Message),
            BadHttpRequestException bad => Problems.Field("body", $"could not be read: {bad.Message}"),
            TimeoutException or OrleansException or BudgetUnavailableException =>
                Problems.Unavailable(httpContext, "The budget's authority does not answer."),
            _ => null,
        };
        if (problem is null)
        {
            return false;
        }

        await problem.ExecuteAsync(httpContext);
        return true;
    }
}
