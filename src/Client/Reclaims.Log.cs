using Microsoft.Extensions.Logging;

namespace Headroom;

/// <content>Log messages.</content>
internal sealed partial class Reclaims
{
    [LoggerMessage(LogEvents.NobodyReclaims, LogLevel.Warning,
        "Subsystem {Subsystem} was asked to give back {Bytes} bytes of leases below {Below}, and has no OnReclaim "
            + "handler: it is refused memory below must-succeed until it has given them back")]
    private static partial void LogNobody(ILogger logger, string subsystem, long bytes, Urgency below);

    [LoggerMessage(LogEvents.ReclaimHandlerFailed, LogLevel.Error,
        "A reclaim handler of subsystem {Subsystem} failed")]
    private static partial void LogHandlerFailed(ILogger logger, string subsystem, Exception exception);
}
