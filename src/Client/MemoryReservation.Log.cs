using Microsoft.Extensions.Logging;

namespace Headroom;

/// <content>Log messages.</content>
public sealed partial class MemoryReservation
{
    [LoggerMessage(LogEvents.UnusedHandlerFailed, LogLevel.Error,
        "Notice of {Bytes} unused reserved bytes of subsystem {Subsystem} failed in its handler")]
    private static partial void LogUnusedFailed(ILogger logger, string subsystem, long bytes, Exception exception);
}
