namespace Headroom.Silo.Http.Leases;

internal sealed partial class LeaseDesk
{
    [LoggerMessage(
        HttpEvents.AbandonFailed,
        LogLevel.Warning,
        "A request whose client had gone was not taken back from {Host}/{Container}; it ends by itself.")]
    private static partial void LogAbandonFailed(ILogger logger, string host, string container, Exception error);
}
