using Microsoft.Extensions.Logging;

namespace Headroom.Caching;

/// <content>What the cache logs.</content>
public sealed partial class LeasedMemoryCache
{
    [LoggerMessage(LogEvents.GaveBack, LogLevel.Debug,
        "The cache of subsystem {Subsystem} gave back {Bytes} bytes of {AskedBytes} that were asked, and has "
        + "{LeasedBytes} left")]
    private static partial void LogGaveBack(
        ILogger logger, string subsystem, long bytes, long askedBytes, long leasedBytes);

    [LoggerMessage(LogEvents.GrowthFailed, LogLevel.Error, "The cache of subsystem {Subsystem} could not grow")]
    private static partial void LogGrowthFailed(ILogger logger, string subsystem, Exception exception);

    [LoggerMessage(LogEvents.CallbackFailed, LogLevel.Error,
        "An eviction callback of an entry in the cache of subsystem {Subsystem} failed")]
    private static partial void LogCallbackFailed(ILogger logger, string subsystem, Exception exception);
}
