using Microsoft.Extensions.Logging;

namespace Headroom.Grains.Budgets;

internal sealed partial class HostBudgetGrain
{
    [LoggerMessage(LogEvents.HostWriteFailed, LogLevel.Error,
        "The table of host {Host} could not be written; its budget starts again from the store.")]
    private static partial void LogWriteFailed(ILogger logger, string host, Exception error);

    [LoggerMessage(LogEvents.HostReplaced, LogLevel.Warning,
        "Another activation has written the table of host {Host}; this one stopped.")]
    private static partial void LogReplaced(ILogger logger, string host);

    [LoggerMessage(LogEvents.GoingHome, LogLevel.Information,
        "The silo of host {Host} is up: its budget goes back there.")]
    private static partial void LogGoingHome(ILogger logger, string host);

    [LoggerMessage(LogEvents.HostConfirmFailed, LogLevel.Warning,
        "The store did not confirm the authority over host {Host}; grants stop when its authority lease ends.")]
    private static partial void LogConfirmFailed(ILogger logger, string host, Exception error);
}
