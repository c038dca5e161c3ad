using Microsoft.Extensions.Logging;

namespace Headroom.AspNetCore;

/// <content>Log messages.</content>
internal sealed partial class RequestAdmission
{
    [LoggerMessage(LogEvents.Refused, LogLevel.Debug,
        "A request to {Endpoint} was refused {Bytes} bytes at urgency {Urgency} by {RefusedBy}")]
    private static partial void LogRefused(
        ILogger logger, string endpoint, long bytes, Urgency urgency, string refusedBy);

    [LoggerMessage(LogEvents.TooLarge, LogLevel.Debug,
        "A request to {Endpoint} was estimated to need {Bytes} bytes, which is more than its host has")]
    private static partial void LogTooLarge(ILogger logger, string endpoint, long bytes);
}
