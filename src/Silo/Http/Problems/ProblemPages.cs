using System.Net.Sockets;
using Headroom.Contracts;
using StackExchange.Redis;

namespace Headroom.Silo.Http.Problems;

/// <summary>
/// Sees to it that every error has a body that says what is wrong, also where routing, the server or an exception is
/// the one that answers.
/// </summary>
internal sealed partial class ProblemPages(RequestDelegate next, ILogger<ProblemPages> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client is gone; there is nobody to answer.
            return;
        }
        catch (Exception error) when (!context.Response.HasStarted)
        {
            await AnswerAsync(context, error);
            return;
        }

        if (context.Response is { HasStarted: false, StatusCode: >= 400, ContentType: null, ContentLength: null })
        {
            await Bare(context).ExecuteAsync(context);
        }
    }

    private Task AnswerAsync(HttpContext context, Exception error)
    {
        string route = context.GetEndpoint()?.DisplayName ?? "no route";
        context.Response.Clear();
        switch (error)
        {
            case BadHttpRequestException { StatusCode: StatusCodes.Status400BadRequest } bad:
                return ProblemResult.Bad("body", $"must be readable: {bad.Message}").ExecuteAsync(context);
            case BadHttpRequestException bad:
                return ProblemResult.Of(Kind.For(bad.StatusCode), bad.Message).ExecuteAsync(context);
            case BudgetUnavailableException or OrleansException or TimeoutException or OperationCanceledException
                or RedisException or IOException or SocketException:
                LogUnavailable(logger, route, error);
                return ProblemResult.Unavailable(
                    "an authority did not answer; nothing is known of what became of the request")
                    .ExecuteAsync(context);
            default:
                LogFault(logger, route, error);
                return ProblemResult.Of(Kind.Fault, "the log of this server says more").ExecuteAsync(context);
        }
    }

    private static ProblemResult Bare(HttpContext context)
    {
        int status = context.Response.StatusCode;
        string path = context.Request.Path.Value ?? "";
        if (status == StatusCodes.Status404NotFound && EmptyName.Find(path) is { } field)
        {
            return ProblemResult.Bad(field, ResourceName.Rule);
        }

        string method = context.Request.Method;
        return ProblemResult.Of(Kind.For(status), status switch
        {
            404 => "there is no such route; /openapi/v1.json lists all",
            405 => $"{method} is not a method of this route; the header Allow lists them",
            415 => "the body must be application/json, in UTF-8",
            _ => $"{method} was answered with {status}",
        });
    }
}
