using Microsoft.Extensions.Logging;

namespace Headroom;

/// <content>Log messages.</content>
internal sealed partial class LeaseRequests
{
    [LoggerMessage(LogEvents.Refused, LogLevel.Debug,
        "Subsystem {Subsystem} was refused {Bytes} bytes at urgency {Urgency} by {RefusedBy}: {Reason}")]
    private static partial void LogRefused(
        ILogger logger, string subsystem, long bytes, Urgency urgency, string refusedBy, RefusalReason reason);

    [LoggerMessage(LogEvents.RequestUnanswered, LogLevel.Warning,
        "{Authority} did not answer request {RequestId}, try {Try}")]
    private static partial void LogRequestUnanswered(
        ILogger logger, string authority, Guid requestId, int @try, Exception exception);

    [LoggerMessage(LogEvents.MustSucceedWaits, LogLevel.Warning,
        "Subsystem {Subsystem} still waited for {Bytes} bytes that must succeed ({Reason}), try {Try} at {Authority}")]
    private static partial void LogMustSucceedWaits(
        ILogger logger, string subsystem, long bytes, string reason, int @try, string authority);

    [LoggerMessage(LogEvents.LoanNotOpened, LogLevel.Warning,
        "The memory of a loan of {Bytes} bytes for subsystem {Subsystem} could not be opened; it is asked for anew")]
    private static partial void LogLoanNotOpened(ILogger logger, string subsystem, long bytes, Exception exception);
}
