namespace Headroom.Silo.Kubernetes.Resize;

internal sealed partial class HardLimits
{
    [LoggerMessage(LogEvents.LimitFailed, LogLevel.Warning,
        "A limit of {LimitBytes} bytes for container {Container} could not be brought about; it is tried again.")]
    private static partial void LogFailed(ILogger logger, string container, long limitBytes, Exception failure);
}
