using Microsoft.Extensions.Logging;

namespace Headroom.Grains.Lending;

internal sealed partial class Lender
{
    [LoggerMessage(LogEvents.LenderMarkFailed, LogLevel.Warning,
        "Host {Host} did not confirm what its reserve may lend; nothing more is lent until it does.")]
    private static partial void LogMarkFailed(ILogger logger, string host, Exception error);

    [LoggerMessage(LogEvents.LenderFenced, LogLevel.Error,
        "Another process lends for host {Host} now; this one stopped lending. Two silos must not serve one host.")]
    private static partial void LogFenced(ILogger logger, string host);

    [LoggerMessage(LogEvents.LenderNoMemory, LogLevel.Warning,
        "Host {Host} pledged more than it has: {Bytes} bytes for a loan could not be allocated. Lower its pledge.")]
    private static partial void LogNoMemory(ILogger logger, string host, long bytes);

    [LoggerMessage(LogEvents.LenderAllocationFailed, LogLevel.Error,
        "Allocating {Bytes} bytes for a loan on host {Host} failed.")]
    private static partial void LogAllocationFailed(ILogger logger, string host, long bytes, Exception error);
}
