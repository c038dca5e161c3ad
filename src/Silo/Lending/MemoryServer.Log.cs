using System.Net;

namespace Headroom.Silo.Lending;

internal sealed partial class MemoryServer
{
    [LoggerMessage(LendingEvents.Listening, LogLevel.Debug, "Memory was served on {Place}.")]
    private partial void LogListening(EndPoint place);

    [LoggerMessage(LendingEvents.Closed, LogLevel.Debug, "A borrower's connection ended: {Reason}.")]
    private partial void LogClosed(CloseReason reason);

    [LoggerMessage(LendingEvents.AcceptFailed, LogLevel.Warning, "A borrower's connection was not accepted.")]
    private partial void LogAcceptFailed(Exception error);

    [LoggerMessage(LendingEvents.ServeFailed, LogLevel.Error, "Serving a borrower failed; its connection ended.")]
    private partial void LogServeFailed(Exception error);
}
