using Microsoft.Extensions.Logging;

namespace Headroom;

/// <content>What the listener logs.</content>
internal sealed partial class HeapListener
{
    [LoggerMessage(LogEvents.HeapCollected, LogLevel.Information,
        "Garbage was collected because memory is short: {BeforeBytes} bytes were resident and {AfterBytes} are now, "
        + "after {Milliseconds} ms")]
    private static partial void LogCollected(ILogger logger, long beforeBytes, long afterBytes, double milliseconds);

    [LoggerMessage(LogEvents.LimitRefreshed, LogLevel.Information,
        "The runtime was told that the container's limit changed from {BeforeBytes} bytes to {LimitBytes}")]
    private static partial void LogLimitRefreshed(ILogger logger, long beforeBytes, long limitBytes);

    [LoggerMessage(LogEvents.LimitNotRefreshed, LogLevel.Warning,
        "The runtime did not take the container's limit that changed from {BeforeBytes} bytes to {LimitBytes}")]
    private static partial void LogLimitNotRefreshed(
        ILogger logger, long beforeBytes, long limitBytes, Exception exception);
}
