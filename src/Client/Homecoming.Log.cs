using Microsoft.Extensions.Logging;

namespace Headroom;

/// <content>Log messages.</content>
internal sealed partial class Homecoming
{
    [LoggerMessage(LogEvents.LoanNotMoved, LogLevel.Warning,
        "A loan of {Bytes} bytes of subsystem {Subsystem} could not be brought home; it stays where it is")]
    private static partial void LogNotMoved(ILogger logger, string subsystem, long bytes, Exception exception);
}
