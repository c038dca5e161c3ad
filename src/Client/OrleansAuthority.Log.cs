using Microsoft.Extensions.Logging;

namespace Headroom;

/// <content>Log messages.</content>
internal sealed partial class OrleansAuthority
{
    [LoggerMessage(LogEvents.ConnectionFailed, LogLevel.Warning, "There was no connection to gateway {Gateway}")]
    internal static partial void LogConnectionFailed(ILogger logger, string gateway, Exception exception);

    [LoggerMessage(LogEvents.Connected, LogLevel.Information, "Gateway {Gateway} was connected")]
    private static partial void LogConnected(ILogger logger, string gateway);
}
