namespace Headroom.Silo.Http.Problems;

internal sealed partial class ProblemPages
{
    [LoggerMessage(
        HttpEvents.Unavailable, LogLevel.Warning, "{Route} was answered with 503: an authority did not answer.")]
    private static partial void LogUnavailable(ILogger logger, string route, Exception error);

    [LoggerMessage(HttpEvents.Fault, LogLevel.Error, "{Route} was answered with 500.")]
    private static partial void LogFault(ILogger logger, string route, Exception error);
}
