using Microsoft.Extensions.Logging;

namespace Headroom;

/// <content>Log messages.</content>
internal sealed partial class GatewayDirectory
{
    [LoggerMessage(
        LogEvents.GatewayAway,
        LogLevel.Warning,
        "Gateway {Gateway} could not be reached, and {StandIn} is used in its place")]
    private static partial void LogAway(ILogger logger, string gateway, string standIn);

    [LoggerMessage(LogEvents.GatewayHome, LogLevel.Information, "Gateway {Gateway} could be reached again")]
    private static partial void LogHome(ILogger logger, string gateway);
}
