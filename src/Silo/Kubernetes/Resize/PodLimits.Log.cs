namespace Headroom.Silo.Kubernetes.Resize;

internal sealed partial class PodLimits
{
    [LoggerMessage(LogEvents.LimitChanged, LogLevel.Information,
        "A limit of {LimitBytes} bytes was asked for container {Container}: {Outcome}, {Reason}.")]
    private static partial void LogChange(
        ILogger logger, string container, long limitBytes, LimitOutcome outcome, string reason);
}
