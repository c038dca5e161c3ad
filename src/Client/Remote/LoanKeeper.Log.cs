using Microsoft.Extensions.Logging;

namespace Headroom.Remote;

/// <content>Log messages.</content>
internal sealed partial class LoanKeeper
{
    [LoggerMessage(LogEvents.LenderUnanswered, LogLevel.Warning,
        "Lender {Host} did not answer about {Loans} loans; release: {IsRelease}")]
    private partial void LogUnanswered(string host, int loans, bool isRelease, Exception exception);

    [LoggerMessage(LogEvents.LoanLost, LogLevel.Warning, "Loan {Epoch}/{Number} of lender {Host} was lost: {Why}")]
    private partial void LogLost(string host, long epoch, long number, string why);

    [LoggerMessage(LogEvents.LossHandlerFailed, LogLevel.Error, "What was to be told of a lost loan failed")]
    private partial void LogHandlerFailed(Exception exception);
}
