namespace Headroom.Silo.Kubernetes.Discovery;

internal sealed partial class PodEvents
{
    [LoggerMessage(LogEvents.EventFailed, LogLevel.Warning,
        "An Event on pod {Namespace}/{Pod} could not be written: {Reason}. It would say: {Note}")]
    private static partial void LogFailed(ILogger logger, string @namespace, string pod, string reason, string note);

    [LoggerMessage(LogEvents.EventRecovered, LogLevel.Information, "Events on pods can be written again.")]
    private static partial void LogRecovered(ILogger logger);
}
