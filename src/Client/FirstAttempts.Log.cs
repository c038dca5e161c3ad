using Microsoft.Extensions.Logging;

namespace Headroom;

/// <content>Log messages.</content>
internal sealed partial class FirstAttempts
{
    [LoggerMessage(LogEvents.AttemptsUnanswered, LogLevel.Warning,
        "{Authority} did not answer {Attempts} first attempts at leases; each was asked for again")]
    private static partial void LogUnanswered(ILogger logger, string authority, int attempts, Exception exception);
}
