namespace Headroom.Silo.Http.Leases;

internal sealed partial class LoanDesk
{
    [LoggerMessage(
        HttpEvents.LoanRenewFailed,
        LogLevel.Warning,
        "A loan was not renewed at its lender {Host}, which did not answer; up: {IsUp}.")]
    private static partial void LogRenewFailed(ILogger logger, string host, bool isUp, Exception error);

    [LoggerMessage(
        HttpEvents.LoanReleaseFailed,
        LogLevel.Warning,
        "A loan was not given back to its lender {Host}, which did not answer; it ends by itself.")]
    private static partial void LogReleaseFailed(ILogger logger, string host, Exception error);
}
