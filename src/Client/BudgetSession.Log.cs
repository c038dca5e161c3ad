using Microsoft.Extensions.Logging;

namespace Headroom;

/// <content>Log messages.</content>
internal sealed partial class BudgetSession
{
    [LoggerMessage(LogEvents.Opening, LogLevel.Information,
        "Session {Session} was opened with {Authority}: {Outcome}, epoch {Epoch}, lives {Ttl} without renewal")]
    private static partial void LogOpening(
        ILogger logger, Guid session, string authority, Outcome outcome, long epoch, TimeSpan ttl);

    [LoggerMessage(LogEvents.ExchangeRefused, LogLevel.Information,
        "An exchange of session {Session} was answered {Outcome} by {Authority}")]
    private static partial void LogExchangeRefused(ILogger logger, Guid session, string authority, Outcome outcome);

    [LoggerMessage(LogEvents.Lapsed, LogLevel.Warning,
        "The session with {Authority} was over, because it could not be renewed in time: nothing is granted from "
            + "credit until there is a new one")]
    private static partial void LogLapsed(ILogger logger, string authority);

    [LoggerMessage(LogEvents.Unanswered, LogLevel.Warning, "{Authority} did not answer an {Message}")]
    private static partial void LogUnanswered(ILogger logger, string authority, string message, Exception exception);

    [LoggerMessage(LogEvents.Stopped, LogLevel.Debug, "The session with {Authority} was stopped")]
    private static partial void LogStopped(ILogger logger, string authority);

    [LoggerMessage(LogEvents.Broken, LogLevel.Critical,
        "The session with {Authority} broke: nothing is granted from now on")]
    private static partial void LogBroken(ILogger logger, string authority, Exception exception);
}
